using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>A weight of a model, and the float32 parameter that an optimizer updates in its place.</summary>
/// <param name="Name">The full name.</param>
/// <param name="Weight">The model's parameter.</param>
/// <param name="Master">A float32 copy if the parameter is in half precision, otherwise the parameter itself.</param>
internal sealed record OptimizedWeight(string Name, Parameter Weight, Parameter Master)
{
    public OptimizedWeight(string name, Parameter weight)
        : this(name, weight, MasterOf(weight))
    {
    }

    /// <summary>Whether the master is a copy, which must be disposed of.</summary>
    public bool HasMaster => !ReferenceEquals(Weight, Master);

    /// <summary>Whether a parameter is in half precision.</summary>
    public static bool NeedsMaster(Parameter weight) => weight.dtype is not (ScalarType.Float32 or ScalarType.Float64);

    /// <summary>After a step, copies the master to the weight and removes the master's gradient.</summary>
    public void TakeMaster()
    {
        if (HasMaster && Master.grad is not null)
        {
            Weight.copy_(Master);
            Master.grad = null;
        }
    }

    private static Parameter MasterOf(Parameter weight)
    {
        if (!NeedsMaster(weight))
        {
            return weight;
        }

        using var frozen = no_grad();
        return (Parameter)new Parameter(weight.to_type(ScalarType.Float32)).DetachFromDisposeScope();
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Creates a layer's parameters, zero until a model initialises them. They belong to the layer, not to an open dispose scope.
/// </summary>
internal static class Learned
{
    public static Parameter Zeros(params long[] shape)
    {
        MemoryGuard.Parameter(shape);
        using var scope = NewDisposeScope();
        var parameter = new Parameter(zeros(shape));
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}

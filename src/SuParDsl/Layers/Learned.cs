using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Makes a layer's parameters, zero until a model initialises them: they belong to the layer, not to a dispose scope that happens to be open.</summary>
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

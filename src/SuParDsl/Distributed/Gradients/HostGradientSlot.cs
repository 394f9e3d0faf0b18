using System.Runtime.InteropServices;
using SuParDsl.Engine;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>A gradient whose buffer is in host memory. It is copied in one pass over raw memory.</summary>
internal sealed unsafe class HostGradientSlot(string name, Parameter weight, WeightMask? mask) : GradientSlot(name, weight, mask)
{
    private uint? packed;

    /// <inheritdoc/>
    public override void Pack(Tensor buffer)
    {
        var floats = TensorMemory.FloatsOf(buffer);
        if (Gradient is { } gradient)
        {
            var near = Near(gradient);
            packed = LiveValues.Pack(Mask, TensorMemory.FloatsOf(near), floats, Live);
            floats[Live] = 1;
            GC.KeepAlive(near);
        }
        else
        {
            packed = null;
            NativeMemory.Clear(floats, checked((nuint)(Count * sizeof(float))));
            floats[Live] = IsFrozen ? FrozenFlag : 0;
        }
    }

    /// <inheritdoc/>
    public override Tensor Grown()
    {
        if (Gradient is not { } gradient)
        {
            return zeros(1);
        }

        var near = Near(gradient);
        var isSame = LiveValues.SumOfBits(Mask, TensorMemory.FloatsOf(near), Live) == packed;
        GC.KeepAlive(near);
        return isSame ? zeros(1) : ones(1);
    }

    /// <inheritdoc/>
    public override void Unpack(Tensor buffer, int ranks)
    {
        var gradient = GradientToFill();
        var near = Near(gradient);
        LiveValues.Unpack(Mask, TensorMemory.FloatsOf(near), TensorMemory.FloatsOf(buffer), Live, 1f / ranks);
        if (!ReferenceEquals(near, gradient))
        {
            gradient.copy_(near);
        }

        GC.KeepAlive(near);
    }

    private static Tensor Near(Tensor gradient) => TensorMemory.IsFloatOnCpu(gradient) && gradient.is_contiguous()
        ? gradient
        : gradient.to_type(ScalarType.Float32).contiguous();
}

using SuParDsl.Engine;
using SuParDsl.Sparsity;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>
/// A gradient whose buffer is on the same device, such as a GPU. It is copied by libtorch
/// operations, which do not wait for the device.
/// </summary>
internal sealed class DeviceGradientSlot : GradientSlot
{
    private readonly Tensor? positions;
    private Tensor? packed;

    public DeviceGradientSlot(string name, Parameter weight, WeightMask? mask) : base(name, weight, mask) =>
        positions = mask is null ? null : tensor(mask.Positions().ToArray(), device: weight.device).DetachFromDisposeScope();

    /// <inheritdoc/>
    public override void Pack(Tensor buffer)
    {
        packed?.Dispose();
        packed = null;
        if (Gradient is { } gradient)
        {
            var live = LiveOf(gradient);
            buffer.narrow(0, 0, Live).copy_(live);
            buffer.narrow(0, Live, 1).fill_(Scalars.One);
            packed = SumOf(live).DetachFromDisposeScope();
        }
        else
        {
            buffer.zero_();
            if (IsFrozen)
            {
                using var frozen = FrozenFlag.ToScalar();
                buffer.narrow(0, Live, 1).fill_(frozen);
            }
        }
    }

    /// <inheritdoc/>
    public override Tensor Grown()
    {
        if (Gradient is not { } gradient)
        {
            return zeros(1, device: Weight.device);
        }

        if (packed is null)
        {
            return ones(1, device: Weight.device);
        }

        // NaN differs from every number, so a sum that is NaN says nothing about a change.
        var now = SumOf(LiveOf(gradient));
        return now.ne(packed).logical_and(now.isnan().logical_not()).to_type(ScalarType.Float32).reshape(1);
    }

    /// <inheritdoc/>
    public override void Unpack(Tensor buffer, int ranks)
    {
        var gradient = GradientToFill();
        var mean = Functional.Divide(buffer.narrow(0, 0, Live), ranks).to_type(gradient.dtype);
        if (positions is null)
        {
            gradient.copy_(mean.view(gradient.shape));
            return;
        }

        var flat = gradient.contiguous().view(-1).index_copy_(0, positions, mean);
        if (!gradient.is_contiguous())
        {
            gradient.copy_(flat.view(gradient.shape));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        positions?.Dispose();
        packed?.Dispose();
    }

    private Tensor LiveOf(Tensor gradient)
    {
        var flat = gradient.contiguous().view(-1);
        return (positions is null ? flat : flat.index_select(0, positions)).to_type(ScalarType.Float32);
    }

    // In double precision, so that small changes are not lost.
    private static Tensor SumOf(Tensor live) => live.sum(ScalarType.Float64);
}

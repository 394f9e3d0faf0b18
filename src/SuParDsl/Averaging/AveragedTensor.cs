using SuParDsl.Sparsity;

using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The average of one tensor. It has the tensor's layout, so that an update is one pass over the stored values.
/// </summary>
/// <param name="Values">The average, in float64 for a float64 tensor and otherwise in float32. With a layout, only the kept
/// values.</param>
/// <param name="Mask">The tensor's mask; null if the tensor is dense.</param>
/// <param name="Layout">The positions of the kept values; null if all values are stored.</param>
internal sealed record AveragedTensor(Tensor Values, WeightMask? Mask, CompressedWeight? Layout)
{
    /// <summary>An average that starts with a tensor's values.</summary>
    public static AveragedTensor Of(Tensor weight, WeightMask? mask, CompressedWeight? layout)
    {
        var type = weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        return new(weight.detach().to(type, weight.device, copy: true).DetachFromDisposeScope(), mask, layout);
    }

    /// <summary>Whether the average has this mask and storage.</summary>
    public bool IsLaidOutAs(WeightMask? mask, CompressedWeight? layout) =>
        ReferenceEquals(Mask, mask) && ReferenceEquals(Layout, layout);

    /// <summary>The same average under another mask or storage, zero where the mask drops weights. Disposes this one.</summary>
    public AveragedTensor LaidOutAs(WeightMask? mask, CompressedWeight? layout) => Replaced(Whole(), mask, layout);

    /// <summary>An average with other values and another mask. Disposes this one.</summary>
    public AveragedTensor With(Tensor whole, WeightMask? mask) => Replaced(whole, mask, layout: null);

    /// <summary>Moves the average towards the tensor's values by a fraction of their difference.</summary>
    public void Move(Tensor weight, double fraction)
    {
        using var scope = NewDisposeScope();
        var now = weight.detach().to(Values.dtype, Values.device);
        _ = fraction == 1 ? Values.copy_(now) : Values.lerp_(now, fraction);
    }

    /// <summary>The average as a dense tensor, zero where masked.</summary>
    public Tensor Whole() => Layout is null ? Values : Layout.ToDense(Values);

    private AveragedTensor Replaced(Tensor whole, WeightMask? mask, CompressedWeight? layout)
    {
        using var scope = NewDisposeScope();
        var values = layout is not null ? layout.FromDense(whole) : whole.to(Values.dtype, Values.device, copy: true);
        if (layout is null && mask is not null)
        {
            MaskedZeros.Write(values, mask);
        }

        Values.Dispose();
        return new(values.DetachFromDisposeScope(), mask, layout);
    }
}

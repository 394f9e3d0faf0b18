using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The average of one tensor, laid out as the tensor is stored, so that an update is one pass over what is kept.</summary>
/// <param name="Values">The numbers, float64 where the tensor's are, else float32; where there is a layout, those that are kept.</param>
/// <param name="Mask">The tensor's mask; null of a dense one.</param>
/// <param name="Layout">Where the kept numbers are; null where the tensor is whole.</param>
internal sealed record AveragedTensor(Tensor Values, WeightMask? Mask, CompressedWeight? Layout)
{
    /// <summary>A tensor's own numbers.</summary>
    public static AveragedTensor Of(Tensor weight, WeightMask? mask, CompressedWeight? layout)
    {
        var type = weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        return new(weight.detach().to(type, weight.device, copy: true).DetachFromDisposeScope(), mask, layout);
    }

    /// <summary>Whether it fits a tensor with a mask and a storage.</summary>
    public bool IsLaidOutAs(WeightMask? mask, CompressedWeight? layout) => ReferenceEquals(Mask, mask) && ReferenceEquals(Layout, layout);

    /// <summary>The same average under another mask or storage: zero where that mask drops weights. This one is disposed of.</summary>
    public AveragedTensor LaidOutAs(WeightMask? mask, CompressedWeight? layout) => Replaced(Whole(), mask, layout);

    /// <summary>Other numbers in its place, under another mask. This one is disposed of.</summary>
    public AveragedTensor With(Tensor whole, WeightMask? mask) => Replaced(whole, mask, layout: null);

    /// <summary>Moves the average by a share of the way to the tensor's numbers.</summary>
    public void Move(Tensor weight, double share)
    {
        using var scope = NewDisposeScope();
        var now = weight.detach().to(Values.dtype, Values.device);
        _ = share == 1 ? Values.copy_(now) : Values.lerp_(now, share);
    }

    /// <summary>All numbers of the tensor, zero where masked.</summary>
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

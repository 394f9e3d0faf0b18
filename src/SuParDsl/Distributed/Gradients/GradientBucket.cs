using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>Adjacent gradients that are transferred together.</summary>
/// <param name="Slots">The tensors' slots.</param>
/// <param name="Begin">The offset of the first one in the flat buffer, in floats.</param>
internal sealed record GradientBucket(ImmutableArray<GradientSlot> Slots, long Begin)
{
    /// <summary>The bucket's length in floats.</summary>
    public long Count { get; } = Slots.Sum(static slot => slot.Count);

    /// <summary>The offset in the flat buffer of each tensor's flag, which says whether the tensor has a gradient.</summary>
    public IEnumerable<long> Flags
    {
        get
        {
            var end = Begin;
            foreach (var slot in Slots)
            {
                end += slot.Count;
                yield return end - 1;
            }
        }
    }

    /// <summary>Divides slots into consecutive buckets.</summary>
    /// <param name="slots">The tensors' slots.</param>
    /// <param name="begin">The offset of the first bucket.</param>
    /// <param name="full">The number of floats from which a bucket is full.</param>
    public static IEnumerable<GradientBucket> Fill(ImmutableArray<GradientSlot> slots, long begin, long full)
    {
        var open = ImmutableArray.CreateBuilder<GradientSlot>();
        foreach (var slot in slots)
        {
            open.Add(slot);
            if (open.Sum(static s => s.Count) >= full)
            {
                var bucket = new GradientBucket(open.ToImmutable(), begin);
                begin += bucket.Count;
                open.Clear();
                yield return bucket;
            }
        }

        if (open.Count > 0)
        {
            yield return new(open.ToImmutable(), begin);
        }
    }

    /// <summary>The bucket's part of the flat buffer.</summary>
    public Tensor Of(Tensor flat) => flat.narrow(0, Begin, Count);

    /// <summary>Each tensor with its part of the flat buffer.</summary>
    public IEnumerable<(GradientSlot Slot, Tensor Buffer)> Parts(Tensor flat)
    {
        var begin = Begin;
        foreach (var slot in Slots)
        {
            yield return (slot, flat.narrow(0, begin, slot.Count));
            begin += slot.Count;
        }
    }
}

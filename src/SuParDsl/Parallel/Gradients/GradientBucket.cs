using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Some gradients side by side that travel as one.</summary>
/// <param name="Slots">Their tensors.</param>
/// <param name="Begin">Where the first one lies in the flat buffer, in floats.</param>
internal sealed record GradientBucket(ImmutableArray<GradientSlot> Slots, long Begin)
{
    /// <summary>Its length in floats.</summary>
    public long Count { get; } = Slots.Sum(static slot => slot.Count);

    /// <summary>Where in the flat buffer each tensor's flag lies, which says whether there is a gradient.</summary>
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

    /// <summary>Fills buckets, one after the other.</summary>
    /// <param name="slots">The tensors.</param>
    /// <param name="begin">Where the first bucket lies.</param>
    /// <param name="full">How many floats make a bucket full.</param>
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

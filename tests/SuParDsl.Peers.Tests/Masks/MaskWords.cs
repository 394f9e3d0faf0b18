using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.Masks;

/// <summary>Masks in the form of the tables: 32 weights per number, the first in the lowest bit.</summary>
internal static class MaskWords
{
    public static double[] Of(WeightMask mask)
    {
        var words = new double[(mask.Count + 31) / 32];
        foreach (var i in mask.Positions())
        {
            words[i / 32] += 1L << (int)(i % 32);
        }

        return words;
    }

    /// <summary>The mask that a row's seed draws.</summary>
    public static WeightMask Drawn(PeerRow row)
    {
        var shape = row.List<long[]>("shape");
        return WeightMask.FromBytes(
            [.. shape], PeerNumbers.MaskOf(row.Integer("seed") + 2000, Count(shape), row.Integer("live")));
    }

    public static int Count(long[] shape) => (int)shape.Aggregate(1L, static (product, size) => product * size);
}

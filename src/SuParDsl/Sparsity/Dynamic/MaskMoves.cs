namespace SuParDsl;

/// <summary>What the methods do to one mask.</summary>
internal static class MaskMoves
{
    /// <summary>
    /// Drops the smallest kept weights and grows as many where the score is the largest, as RigL's algorithm 1 does: a weight that
    /// is dropped may grow again at once, so that at any density there are enough places to grow. The number of kept weights stays.
    /// </summary>
    /// <param name="mask">The mask.</param>
    /// <param name="weights">The whole tensor.</param>
    /// <param name="scores">What growth is by: the size of the dense gradient, or random numbers.</param>
    /// <param name="fraction">The share of kept weights to drop, in [0, 1).</param>
    public static WeightMask Rewire(WeightMask mask, ReadOnlySpan<float> weights, ReadOnlySpan<float> scores, double fraction)
    {
        // As RigL's own code counts: the drops are rounded down.
        var dropped = (long)(fraction * mask.Kept);
        var stay = new WeightMask(mask.Shape, LargestScores.Choose(weights, i => mask[i], mask.Kept - dropped));
        var grown = LargestScores.Choose(scores, i => !stay[i], dropped);
        return new(mask.Shape, [.. stay.Words.ToArray().Zip(grown, static (a, b) => a | b)]);
    }

    /// <summary>Keeps the largest of the kept weights.</summary>
    /// <exception cref="ArgumentException">More weights would be kept than are.</exception>
    public static WeightMask Prune(string name, WeightMask mask, ReadOnlySpan<float> weights, double density)
    {
        var kept = Kept(name, density, mask.Count, mask.Kept);
        return new(mask.Shape, LargestScores.Choose(weights, i => mask[i], kept));
    }

    /// <summary>Keeps the largest of the kept weights of several tensors together, and in each at least one.</summary>
    /// <param name="masks">The masks.</param>
    /// <param name="weights">Each whole tensor.</param>
    /// <param name="density">The density of all together.</param>
    /// <exception cref="ArgumentException">More weights would be kept than are.</exception>
    public static WeightMask[] PruneTogether(IReadOnlyList<WeightMask> masks, IReadOnlyList<float[]> weights, double density)
    {
        var starts = new long[masks.Count + 1];
        for (var t = 0; t < masks.Count; t++)
        {
            starts[t + 1] = starts[t] + masks[t].Count;
        }

        float[] all = [.. weights.SelectMany(static w => w)];
        var tensorOf = new int[all.Length];
        for (var t = 0; t < masks.Count; t++)
        {
            tensorOf.AsSpan((int)starts[t], (int)masks[t].Count).Fill(t);
        }

        var count = Kept("all pruned tensors together", density, all.Length, masks.Sum(static mask => mask.Kept));
        var kept = LargestScores.Choose(all, i => masks[tensorOf[i]][i - starts[tensorOf[i]]], count);
        return [.. masks.Select((mask, t) =>
        {
            var words = new ulong[(mask.Count + 63) / 64];
            for (long i = 0; i < mask.Count; i++)
            {
                var from = starts[t] + i;
                words[i >> 6] |= (kept[from >> 6] >> (int)(from & 63) & 1) << (int)(i & 63);
            }

            return new WeightMask(mask.Shape, words) is { Kept: > 0 } some ? some : new(mask.Shape, LargestScores.Choose(weights[t], i => mask[i], 1));
        })];
    }

    private static long Kept(string name, double density, long count, long present)
    {
        var kept = Math.Max(1, (long)Math.Round(density * count, MidpointRounding.AwayFromZero));
        return kept <= present ? kept : throw new ArgumentException(
            $"the density of {name} is {(double)present / count:G6}, and pruning should reach {density:G6} now: pruning brings no weight back, "
            + $"so the target must be at most {(double)present / count:G6}");
    }
}

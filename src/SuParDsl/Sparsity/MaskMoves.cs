namespace SuParDsl.Sparsity;

/// <summary>The mask changes that the methods make.</summary>
internal static class MaskMoves
{
    /// <summary>The message for normalizing without global ranking.</summary>
    public const string NothingToNormalize =
        "pruning must be global to normalize: tensor by tensor, a factor on all of a tensor's weights changes nothing";

    /// <summary>
    /// Drops the smallest kept weights and grows the same number where the score is largest, as RigL's algorithm 1 does. A
    /// dropped weight may grow again at once, so there are enough positions at every density. The number of kept weights does not
    /// change.
    /// </summary>
    /// <param name="mask">The mask.</param>
    /// <param name="weights">The dense tensor.</param>
    /// <param name="scores">The scores for growth: the dense gradient, of which the magnitude counts, or random numbers.</param>
    /// <param name="fraction">The fraction of kept weights to drop, in [0, 1).</param>
    /// <param name="bySign">Whether the fraction is dropped of positive and of negative weights separately.</param>
    public static WeightMask Rewire(
        WeightMask mask, ReadOnlySpan<float> weights, ReadOnlySpan<float> scores, double fraction, bool bySign = false)
    {
        var stay = bySign
            ? Union(
                Largest(WithSign(mask, weights, 1), weights, fraction), Largest(WithSign(mask, weights, -1), weights, fraction))
            : Largest(mask, weights, fraction);
        return Union(stay, new(mask.Shape, LargestScores.Choose(scores, i => !stay[i], mask.Kept - stay.Kept)));
    }

    /// <summary>Keeps the largest of the kept weights, in the pattern of the mask.</summary>
    /// <exception cref="ArgumentException">The target is above the mask's density.</exception>
    public static WeightMask Prune(
        string name, WeightMask mask, ReadOnlySpan<float> weights, double density, Mask pattern = Mask.Exact)
    {
        RequireEnough(name, density, MagnitudeMasks.Count(pattern, mask.Shape, density), mask.Count, mask.Kept);
        return MagnitudeMasks.Choose(pattern, mask, weights, density);
    }

    /// <summary>
    /// Keeps the kept weights with the largest scores, in the pattern of the mask. Without a pattern, every output keeps the
    /// same number, and what the division leaves over is kept where the scores are largest.
    /// </summary>
    /// <exception cref="ArgumentException">The target is above the mask's density.</exception>
    public static WeightMask PruneByScores(string name, WeightMask mask, ReadOnlySpan<float> scores, double density, Mask pattern)
    {
        RequireEnough(name, density, MagnitudeMasks.Count(pattern, mask.Shape, density), mask.Count, mask.Kept);
        return pattern is Mask.Exact or Mask.Bernoulli
            ? MagnitudeMasks.ChooseInRows(mask, scores, density)
            : MagnitudeMasks.Choose(pattern, mask, scores, density);
    }

    /// <summary>
    /// Keeps the largest of the kept weights of several tensors, ranked together. Each tensor first keeps its own largest weight,
    /// because a rule that divides by the density has no learning rate for an empty tensor.
    /// </summary>
    /// <param name="masks">The masks.</param>
    /// <param name="weights">The dense tensors.</param>
    /// <param name="density">The target density of all tensors together.</param>
    /// <param name="normalize">
    /// Whether the weights of each tensor are divided by its Euclidean norm before they are ranked.
    /// </param>
    /// <exception cref="ArgumentException">The target is above the masks' density.</exception>
    public static WeightMask[] PruneTogether(
        IReadOnlyList<WeightMask> masks, IReadOnlyList<float[]> weights, double density, bool normalize = false)
    {
        var starts = new long[masks.Count + 1];
        for (var t = 0; t < masks.Count; t++)
        {
            starts[t + 1] = starts[t] + masks[t].Count;
        }

        float[] all = [.. weights.SelectMany(w => normalize ? Normalized(w) : w)];
        var tensorOf = new int[all.Length];
        for (var t = 0; t < masks.Count; t++)
        {
            tensorOf.AsSpan((int)starts[t], (int)masks[t].Count).Fill(t);
        }

        var count = CountTogether(masks.Count, all.Length, density);
        RequireEnough("all pruned tensors together", density, count, all.Length, masks.Sum(static mask => mask.Kept));
        WeightMask[] first = [.. masks.Zip(
            weights, static (mask, w) => new WeightMask(mask.Shape, LargestScores.Choose(w, i => mask[i], 1)))];
        var rest = LargestScores.Choose(all, IsCandidate, count - masks.Count);
        return [.. first.Select((mask, t) =>
        {
            var words = mask.Words.ToArray();
            for (long i = 0; i < mask.Count; i++)
            {
                var from = starts[t] + i;
                words[i >> 6] |= (rest[from >> 6] >> (int)(from & 63) & 1) << (int)(i & 63);
            }

            return new WeightMask(mask.Shape, words);
        })];

        bool IsCandidate(long i)
        {
            var (t, at) = (tensorOf[i], i - starts[tensorOf[i]]);
            return masks[t][at] && !first[t][at];
        }
    }

    /// <summary>Throws if tensors cannot be pruned together.</summary>
    /// <exception cref="ArgumentException">The mask of a tensor has a pattern.</exception>
    public static void RequireSingleWeights(IEnumerable<ModelTensor> tensors)
    {
        if (tensors.FirstOrDefault(static tensor => tensor.Mask is not (Mask.Exact or Mask.Bernoulli)) is { } tensor)
        {
            throw new ArgumentException(
                $"the mask of {tensor.Name} is {tensor.Mask}, and global pruning ranks single weights: "
                + $"prune tensor by tensor, or give {nameof(Mask.Exact)} or {nameof(Mask.Bernoulli)}");
        }
    }

    /// <summary>The number of weights that tensors pruned together keep at a density: at least one per tensor.</summary>
    public static long CountTogether(int tensors, long weights, double density) =>
        Math.Max(tensors, (long)Math.Round(density * weights, MidpointRounding.AwayFromZero));

    // The number of dropped weights is rounded down, as in RigL's own code.
    private static WeightMask Largest(WeightMask mask, ReadOnlySpan<float> weights, double fraction) =>
        new(mask.Shape, LargestScores.Choose(weights, i => mask[i], mask.Kept - (long)(fraction * mask.Kept)));

    private static WeightMask WithSign(WeightMask mask, ReadOnlySpan<float> weights, int sign)
    {
        var words = new ulong[mask.Words.Length];
        foreach (var i in mask.Positions())
        {
            words[i >> 6] |= (sign * weights[(int)i] > 0 ? 1UL : 0UL) << (int)(i & 63);
        }

        return new(mask.Shape, words);
    }

    private static WeightMask Union(WeightMask a, WeightMask b) =>
        new(a.Shape, [.. a.Words.ToArray().Zip(b.Words.ToArray(), static (x, y) => x | y)]);

    // The epsilon is JaxPruner's, for a tensor of zeros.
    private static float[] Normalized(float[] weights)
    {
        var norm = Math.Sqrt(weights.Sum(static w => (double)w * w)) + 1e-8;
        return [.. weights.Select(w => (float)(w / norm))];
    }

    private static void RequireEnough(string name, double density, long wanted, long count, long present)
    {
        if (wanted > present)
        {
            throw new ArgumentException(
                $"the density of {name} is {(double)present / count:G6}, and pruning should reach {density:G6} now: "
                + $"pruning brings no weight back, so the target must be at most {(double)present / count:G6}");
        }
    }
}

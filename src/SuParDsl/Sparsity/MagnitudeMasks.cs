using System.Collections.Immutable;

namespace SuParDsl.Sparsity;

/// <summary>
/// Chooses masks by magnitude: the largest weights of a tensor in the pattern of its mask. A tensor is treated as a matrix of its
/// first axis × all other axes, outputs × fan-in, as in <see cref="MaskDraw"/>. If magnitudes are equal, the first are kept.
/// </summary>
internal static class MagnitudeMasks
{
    /// <summary>
    /// The number of weights that a pattern keeps at a density, at least one of the pattern's units. The pattern must fit.
    /// </summary>
    public static long Count(Mask pattern, ImmutableArray<long> shape, double density)
    {
        var (rows, columns) = Matrix(shape);
        return pattern switch
        {
            Mask.Balanced => rows * Rounded(density, columns),
            Mask.TwoFour => Math.Max(rows * columns / 2, Rounded(density, rows * columns)),
            Mask.Block4 or Mask.Block8 or Mask.Block16 or Mask.Block32 =>
                Tiles(pattern, rows, columns, density) * Square(MaskDraw.TileSize(pattern)),
            _ => Rounded(density, rows * columns),
        };
    }

    /// <summary>The mask of the largest weights among candidates.</summary>
    /// <param name="pattern">The pattern, which must fit the tensor. Exact and Bernoulli masks have no pattern.</param>
    /// <param name="candidates">The weights that may be kept: all of them, or those that pruning has kept so far.</param>
    /// <param name="weights">The dense tensor.</param>
    /// <param name="density">The fraction of the tensor's weights to keep.</param>
    public static WeightMask Choose(Mask pattern, WeightMask candidates, ReadOnlySpan<float> weights, double density)
    {
        var (rows, columns) = Matrix(candidates.Shape);
        return new(candidates.Shape, pattern switch
        {
            Mask.Balanced => InGroups(candidates, weights, columns, Rounded(density, columns)),
            Mask.TwoFour => TwoFour(candidates, weights, Count(pattern, candidates.Shape, density)),
            Mask.Block4 or Mask.Block8 or Mask.Block16 or Mask.Block32 =>
                Blocks(candidates, weights, columns, MaskDraw.TileSize(pattern), Tiles(pattern, rows, columns, density)),
            _ => LargestScores.Choose(weights, i => candidates[i], Rounded(density, rows * columns)),
        });
    }

    /// <summary>
    /// The mask of the weights with the largest scores within each row, of which all keep the same number. The weights that the
    /// division leaves over are those with the largest scores among the rest.
    /// </summary>
    /// <param name="candidates">The weights that may be kept, at least as many as are kept.</param>
    /// <param name="scores">A score for each weight.</param>
    /// <param name="density">The fraction of the tensor's weights to keep.</param>
    public static WeightMask ChooseInRows(WeightMask candidates, ReadOnlySpan<float> scores, double density)
    {
        var (rows, columns) = Matrix(candidates.Shape);
        var count = Count(Mask.Exact, candidates.Shape, density);
        var even = new WeightMask(candidates.Shape, InGroups(candidates, scores, columns, count / rows));
        var others = LargestScores.Choose(scores, i => candidates[i] && !even[i], count - even.Kept);
        return new(candidates.Shape, [.. even.Words.ToArray().Zip(others, static (a, b) => a | b)]);
    }

    /// <summary>
    /// Whether a mask has the density and the pattern of a declaration. The number of weights of a Bernoulli mask is random and
    /// may be up to six standard deviations off.
    /// </summary>
    public static bool IsOf(Mask pattern, WeightMask mask, double density)
    {
        if (pattern == Mask.Bernoulli)
        {
            var (mean, variance) = (density * mask.Count, density * (1 - density) * mask.Count);
            return mask.Kept > 0 && Math.Abs(mask.Kept - mean) <= (6 * Math.Sqrt(variance)) + 1;
        }

        if (mask.Kept != Count(pattern, mask.Shape, density))
        {
            return false;
        }

        // Choosing from ones and zeros returns the same mask only if the mask is in the pattern.
        var ones = new float[mask.Count];
        foreach (var position in mask.Positions())
        {
            ones[position] = 1;
        }

        return pattern == Mask.Exact
            || Choose(pattern, WeightMask.Full(mask.Shape), ones, density).Words.SequenceEqual(mask.Words);
    }

    // Every group of four keeps its two largest weights. Above density ½ the largest of the other weights stay as well, anywhere.
    private static ulong[] TwoFour(WeightMask candidates, ReadOnlySpan<float> weights, long count)
    {
        var pairs = new WeightMask(candidates.Shape, InGroups(candidates, weights, 4, 2));
        var others = LargestScores.Choose(weights, i => candidates[i] && !pairs[i], count - pairs.Kept);
        return [.. pairs.Words.ToArray().Zip(others, static (a, b) => a | b)];
    }

    // The largest weights in every group of `size` consecutive weights.
    private static ulong[] InGroups(WeightMask candidates, ReadOnlySpan<float> weights, long size, long wanted)
    {
        var words = new ulong[candidates.Words.Length];
        var keys = new ulong[size];
        for (long start = 0; start < weights.Length; start += size)
        {
            var count = 0;
            for (var i = start; i < start + size; i++)
            {
                if (candidates[i])
                {
                    // Sorted ascending, keys are in order of descending magnitude and then of ascending position.
                    keys[count++] = ((ulong)~LargestScores.Order(weights[(int)i]) << 32) | (ulong)(i - start);
                }
            }

            keys.AsSpan(0, count).Sort();
            foreach (var key in keys.AsSpan(0, (int)Math.Min(count, wanted)))
            {
                var i = start + (uint)key;
                words[i >> 6] |= 1UL << (int)(i & 63);
            }
        }

        return words;
    }

    // The tiles with the largest sum of magnitudes.
    private static ulong[] Blocks(WeightMask candidates, ReadOnlySpan<float> weights, long columns, int side, long wanted)
    {
        var across = columns / side;
        var sums = new double[weights.Length / Square(side)];
        var present = new bool[sums.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            sums[TileOf(i)] += Math.Abs(weights[i]);
            present[TileOf(i)] |= candidates[i];
        }

        var tiles = LargestScores.Choose([.. sums.Select(static sum => (float)sum)], tile => present[tile], wanted);
        var words = new ulong[candidates.Words.Length];
        for (long i = 0; i < weights.Length; i++)
        {
            var tile = TileOf(i);
            words[i >> 6] |= candidates[i] ? (tiles[tile >> 6] >> (int)(tile & 63) & 1) << (int)(i & 63) : 0;
        }

        return words;

        long TileOf(long i) => (i / columns / side * across) + (i % columns / side);
    }

    private static long Tiles(Mask pattern, long rows, long columns, double density) =>
        Rounded(density, rows * columns / Square(MaskDraw.TileSize(pattern)));

    private static long Square(long side) => side * side;

    private static long Rounded(double density, long count) =>
        Math.Max(1, (long)Math.Round(density * count, MidpointRounding.AwayFromZero));

    private static (long Rows, long Columns) Matrix(ImmutableArray<long> shape) =>
        (shape[0], WeightMask.Product(shape) / shape[0]);
}

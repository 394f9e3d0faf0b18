using System.Collections.Immutable;

namespace SuParDsl.Sparsity;

/// <summary>
/// Chooses exactly the wanted number of weights with the largest scores. Among equal scores it chooses the first.
/// </summary>
internal static class LargestScores
{
    private const int Half = 16, Buckets = 1 << Half;

    /// <summary>Returns the chosen candidates as bits.</summary>
    /// <param name="scores">One score per weight, ranked by its magnitude. NaN counts as 0.</param>
    /// <param name="candidates">Whether a weight may be chosen.</param>
    /// <param name="count">The number of weights to choose, at most the number of candidates.</param>
    public static ulong[] Choose(ReadOnlySpan<float> scores, Func<long, bool> candidates, long count)
    {
        var chosen = new ulong[(scores.Length + 63) / 64];
        if (count == 0)
        {
            return chosen;
        }

        // Non-negative floats have the same order as their bits. Two counting passes, each over half the bits, find the smallest
        // score that is chosen.
        var counts = new long[Buckets];
        for (var i = 0; i < scores.Length; i++)
        {
            if (candidates(i))
            {
                counts[Order(scores[i]) >> Half]++;
            }
        }

        var (upper, above) = Reach(counts, count);
        Array.Clear(counts);
        for (var i = 0; i < scores.Length; i++)
        {
            if (candidates(i) && Order(scores[i]) >> Half == upper)
            {
                counts[Order(scores[i]) & (Buckets - 1)]++;
            }
        }

        var (lower, beyond) = Reach(counts, count - above);
        var least = (upper << Half) | lower;
        var equal = count - above - beyond;
        for (var i = 0; i < scores.Length; i++)
        {
            var order = Order(scores[i]);
            if (candidates(i) && (order > least || (order == least && equal-- > 0)))
            {
                chosen[i >> 6] |= 1UL << (i & 63);
            }
        }

        return chosen;
    }

    /// <summary>An integer with the same order as the magnitude of the score; 0 for NaN.</summary>
    public static uint Order(float score) => float.IsNaN(score) ? 0 : BitConverter.SingleToUInt32Bits(Math.Abs(score));

    /// <summary>
    /// The bucket, from the highest down, at which the total reaches a count, and the total of the buckets above it.
    /// </summary>
    private static (uint Bucket, long Above) Reach(long[] counts, long count)
    {
        long above = 0;
        var bucket = Buckets - 1;
        for (; above + counts[bucket] < count; bucket--)
        {
            above += counts[bucket];
        }

        return ((uint)bucket, above);
    }
}

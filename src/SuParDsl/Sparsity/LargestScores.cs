using System.Collections.Immutable;

namespace SuParDsl;

/// <summary>Chooses the weights with the largest scores: exactly as many as asked, and of equal scores the first.</summary>
internal static class LargestScores
{
    private const int Half = 16, Buckets = 1 << Half;

    /// <summary>The bits of the chosen among candidates.</summary>
    /// <param name="scores">One score a weight, not negative; one that is no number counts as 0.</param>
    /// <param name="candidates">Whether a weight may be chosen.</param>
    /// <param name="count">How many, at most as many as there are candidates.</param>
    public static ulong[] Choose(ReadOnlySpan<float> scores, Func<long, bool> candidates, long count)
    {
        var chosen = new ulong[(scores.Length + 63) / 64];
        if (count == 0)
        {
            return chosen;
        }

        // Floats that are not negative order as their bits do: two counts over half the bits each find the least chosen score.
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

    /// <summary>A number that orders as the size of a score does; 0 for one that is no number.</summary>
    public static uint Order(float score) => float.IsNaN(score) ? 0 : BitConverter.SingleToUInt32Bits(Math.Abs(score));

    /// <summary>The bucket, from the highest down, with which a count is reached, and how many are in the buckets above.</summary>
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

namespace SuParDsl.Peers.Tests;

/// <summary>
/// Numbers that any language can reproduce, from a linear congruential generator. They are exact in float32, and no two
/// have the same magnitude.
/// </summary>
internal static class PeerNumbers
{
    public static float[] Of(long seed, int count)
    {
        var (numbers, seen, x) = (new List<float>(), new HashSet<long>(), seed);
        while (numbers.Count < count)
        {
            x = ((x * 1103515245) + 12345) % (1L << 31);
            var value = ((x >> 8) % 20001) - 10000;
            if (value != 0 && seen.Add(Math.Abs(value)))
            {
                numbers.Add(value / 4096f);
            }
        }

        return [.. numbers];
    }

    /// <summary>The mask of the smallest numbers.</summary>
    public static byte[] MaskOf(long seed, int count, int live)
    {
        var mask = new byte[count];
        foreach (var i in Of(seed, count).Select(static (value, i) => (value, i)).OrderBy(static pair => pair.value).Take(live))
        {
            mask[i.i] = 1;
        }

        return mask;
    }
}

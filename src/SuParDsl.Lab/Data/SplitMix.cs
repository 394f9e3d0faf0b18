namespace SuParDsl.Lab.Data;

/// <summary>
/// Counter-based random numbers: SplitMix64's finaliser (Steele, Lea and Flood, 2014) over a seed and two counters. There is no
/// state to save, so that any batch of a run can be drawn again by itself.
/// </summary>
internal static class SplitMix
{
    /// <summary>64 random bits for a seed and two counters.</summary>
    public static ulong Bits(long seed, long major, long minor) => Mix(Mix(Mix((ulong)seed) + (ulong)major) + (ulong)minor);

    /// <summary>A number uniform in [0, 1).</summary>
    public static double Uniform(long seed, long major, long minor) => (Bits(seed, major, minor) >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer uniform in [0, bound). The bias is below bound/2⁶⁴.</summary>
    public static long Below(long bound, long seed, long major, long minor) =>
        (long)Math.BigMul(Bits(seed, major, minor), (ulong)bound, out _);

    /// <summary>
    /// The indices of the examples that a step trains on: <paramref name="rows"/> of <paramref name="available"/>, drawn with
    /// replacement.
    /// </summary>
    public static long[] Examples(long available, int rows, long seed, int step) =>
        [.. Enumerable.Range(0, rows).Select(row => Below(available, seed, step, row))];

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

namespace SuParDsl.Peers.Tests;

/// <summary>Numbers that tests/reference/completep.py and the runs of the tables draw in the same way.</summary>
internal static class SplitMixDraws
{
    /// <summary>The first numbers of SplitMix64, their upper 24 bits as multiples of 2⁻²⁴.</summary>
    public static double[] Uniform(ulong seed, long count) =>
        [.. Enumerable.Range(1, (int)count)
            .Select(i => (Mix(unchecked(seed + ((ulong)i * 0x9E3779B97F4A7C15))) >> 40) / (double)(1 << 24))];

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}

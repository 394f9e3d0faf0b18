namespace SuParDsl.Lab.Data;

/// <summary>Chooses the positions of validation examples.</summary>
internal static class Places
{
    /// <summary>At most <paramref name="wanted"/> of some positions, spread evenly over them.</summary>
    public static IEnumerable<long> Spread(long available, long wanted)
    {
        var count = Math.Min(available, wanted);
        return Enumerable.Range(0, (int)count).Select(i => (long)(i * (Int128)available / count));
    }
}

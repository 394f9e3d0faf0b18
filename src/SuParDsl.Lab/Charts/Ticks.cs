namespace SuParDsl.Lab.Charts;

/// <summary>Computes round numbers for the ticks of an axis.</summary>
internal static class Ticks
{
    /// <summary>
    /// The multiples of 1, 2 or 5 times a power of ten within a range, about <paramref name="wanted"/> of them.
    /// </summary>
    public static double[] Within(double low, double high, int wanted)
    {
        var step = Step((high - low) / wanted);
        var first = (long)Math.Ceiling((low / step) - 1e-9);
        var last = (long)Math.Floor((high / step) + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)];
    }

    /// <summary>The smallest range between round numbers that contains a range.</summary>
    public static (double Low, double High) Around(double low, double high, int wanted)
    {
        if (high <= low)
        {
            (low, high) = (low - 0.5, low + 0.5);
        }

        var step = Step((high - low) / wanted);
        return (Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step);
    }

    private static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            < 1.5 => power,
            < 3.5 => 2 * power,
            < 7.5 => 5 * power,
            _ => 10 * power,
        };
    }
}

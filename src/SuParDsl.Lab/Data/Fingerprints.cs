using System.Globalization;

namespace SuParDsl.Lab.Data;

/// <summary>Tells data apart: FNV-1a's hash (Fowler, Noll and Vo, 1991) over whole values.</summary>
internal static class Fingerprints
{
    private const ulong Start = 14695981039346656037, Prime = 1099511628211;

    /// <summary>The hash of some values.</summary>
    public static ulong Of(IEnumerable<ulong> values) => values.Aggregate(Start, static (hash, value) => (hash ^ value) * Prime);

    /// <summary>How a sweep's folder names its data.</summary>
    public static string Line(string name, long training, long validation, string unit, ulong hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}, {training} + {validation} {unit}s, {hash:x16}");
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace SuParDsl.Lab.Data;

/// <summary>Computes fingerprints that distinguish data sets.</summary>
internal static class Fingerprints
{
    private const ulong Start = 14695981039346656037, Prime = 1099511628211;

    /// <summary>A hash of some values: FNV-1a (Fowler, Noll and Vo, 1991) over whole values.</summary>
    public static ulong Of(IEnumerable<ulong> values) => values.Aggregate(Start, static (hash, value) => (hash ^ value) * Prime);

    /// <summary>A hash of all bytes of some arrays.</summary>
    public static ulong Of(params ReadOnlySpan<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(part);
        }

        return BinaryPrimitives.ReadUInt64BigEndian(hash.GetHashAndReset());
    }

    /// <summary>The description of a sweep's data in its folder.</summary>
    public static string Line(string name, long training, long validation, string unit, ulong hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}, {training} + {validation} {unit}s, {hash:x16}");
}

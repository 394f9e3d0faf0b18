using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>
/// Detects the number format of token ids in a file without a header. Ids are small numbers, so that the upper bytes of 32- and
/// 64-bit numbers are nearly always zero, and those of 16-bit numbers are not.
/// </summary>
internal static class TokenTypeGuess
{
    // The sample is taken from all over the file. The length of a piece is a multiple of the widest number.
    private const int Pieces = 16, PieceBytes = 1 << 14;

    // The smallest number of nonzero values for a conclusion.
    private const int Enough = 16;

    // The fraction that counts as nearly all. Some ids may be negative (-100 marks targets that a loss ignores), or invalid.
    private const double Most = 0.95;

    /// <summary>The number format of the ids; null if there are too few ids to detect it.</summary>
    /// <exception cref="UserException">The numbers are not ids, or may be of several types.</exception>
    public static TokenType? Of(string path)
    {
        var sample = Sample(path);
        return Doubt(sample) is { } doubt
            ? throw new UserException($"{path} {doubt}")
            : Of(sample);
    }

    private static byte[] Sample(string path)
    {
        using var file = File.OpenRead(path);
        var whole = file.Length / sizeof(long) * sizeof(long);
        var length = Math.Min(whole, PieceBytes);
        var pieces = whole <= Pieces * PieceBytes ? (int)((whole + PieceBytes - 1) / PieceBytes) : Pieces;
        var sample = new MemoryStream();
        for (var piece = 0; piece < pieces; piece++)
        {
            var at = pieces == 1 ? 0 : (long)((Int128)(whole - length) * piece / (pieces - 1)) / sizeof(long) * sizeof(long);
            var bytes = new byte[length];
            file.Position = at;
            file.ReadExactly(bytes);
            sample.Write(bytes);
        }

        return sample.ToArray();
    }

    private static TokenType? Of(byte[] sample)
    {
        var words = NotZero(MemoryMarshal.Cast<byte, uint>(sample));
        if (words.Count < Enough)
        {
            return null;
        }

        var longs = NotZero(MemoryMarshal.Cast<byte, ulong>(sample));
        var turned = words.ConvertAll(BinaryPrimitives.ReverseEndianness);
        return AreSmall(longs) ? TokenType.Int64
            : AreSmall(longs.ConvertAll(BinaryPrimitives.ReverseEndianness)) ? TokenType.Int64Be
            : AreSmall(words) ? TokenType.Int32
            : AreSmall(turned) ? TokenType.Int32Be
            : Share(NotZero(MemoryMarshal.Cast<byte, ushort>(sample)), static value => (byte)value == 0) >= Most
                ? TokenType.Uint16Be
            : TokenType.Uint16;
    }

    private static bool AreSmall(List<ulong> longs) => Share(longs, static value => value >> 32 is 0 or uint.MaxValue) >= Most;

    /// <summary>
    /// Whether 32-bit numbers are ids below 65,536, or below eight times that with lower halves spread over their whole range.
    /// </summary>
    private static bool AreSmall(List<uint> words) =>
        Share(words, static value => value >> 16 is 0 or ushort.MaxValue) >= Most
        || (Share(words, static value => value >> 16 is <= 7 or ushort.MaxValue) >= Most

            && Share(words, static value => value >> 16 == 0) >= 0.1
            && Share(words, static value => (ushort)value <= byte.MaxValue) <= 0.5);

    /// <summary>What the numbers seem to be instead of ids, as the rest of a message; null if they look like ids.</summary>
    private static string? Doubt(byte[] sample)
    {
        if (IsText(sample))
        {
            return "is text, not token ids: name it .txt, or give it alone with --data";
        }

        var shorts = NotZero(MemoryMarshal.Cast<byte, ushort>(sample));
        if (shorts.Count < 2 * Enough)
        {
            return null;
        }

        var (words, longs) = (NotZero(MemoryMarshal.Cast<byte, uint>(sample)), NotZero(MemoryMarshal.Cast<byte, ulong>(sample)));
        var floats = Share(longs, static value => IsCount(BitConverter.UInt64BitsToDouble(value))) == 1 ? "float64"
            : Share(words, static value => IsCount(BitConverter.UInt32BitsToSingle(value))) == 1 ? "float32"
            : Share(shorts, static value => IsCount((double)BitConverter.UInt16BitsToHalf(value))) == 1 ? "float16"
            : Share(shorts, static value => IsCount(BitConverter.UInt32BitsToSingle((uint)value << 16))) == 1 ? "bfloat16"
            : null;
        return floats is not null ? $"holds floating-point numbers ({floats}), not token ids: {TokenFormat.Advice}"
            : Of(sample) == TokenType.Uint16 ? DoubtOfShorts(sample, shorts)
            : null;
    }

    private static string? DoubtOfShorts(byte[] sample, List<ushort> shorts)
    {
        const byte Small = 7;
        var (low, high) =
            (Share(shorts, static value => (byte)value <= Small), Share(shorts, static value => value >> 8 <= Small));
        return low >= 0.25 && low >= 2 * high
                ? "seems to hold 16-bit big-endian ids, as the second byte of a number varies more than the first: "
                    + "give --token-type uint16be, or uint16 if it does not"
            : AreBytes(sample)
                ? "seems to hold single bytes or compressed data, as the first and second bytes of 16-bit numbers would be "
                    + "distributed alike: give --token-type uint8, or uint16 if they are such numbers"
            : null;
    }

    /// <summary>
    /// Whether the bytes at even and odd positions have the same distribution, by a chi-squared test, and in long files by the
    /// distance itself.
    /// </summary>
    private static bool AreBytes(byte[] sample)
    {
        const int Few = 512, Many = 20_000;
        var (even, odd) = (new double[256], new double[256]);
        for (var i = 0; i + 1 < sample.Length; i += 2)
        {
            even[sample[i]]++;
            odd[sample[i + 1]]++;
        }

        var pairs = sample.Length / 2;
        var bins = even.Zip(odd).Where(static counts => counts.First + counts.Second > 0).ToList();
        var squared = bins.Sum(static counts => Math.Pow(counts.First - counts.Second, 2) / (counts.First + counts.Second));
        var freedom = Math.Max(1, bins.Count - 1);
        var distance = bins.Sum(static counts => Math.Abs(counts.First - counts.Second)) / (2 * pairs);
        return (pairs >= Few && squared < freedom + (3 * Math.Sqrt(2.0 * freedom))) || (pairs >= Many && distance < 0.1);
    }

    private static bool IsText(byte[] sample)
    {
        const int Shortest = 64;
        if (sample.Length < Shortest || Array.Exists(sample, static value => value < ' ' && !"\t\n\r\f"u8.Contains(value)))
        {
            return false;
        }

        // A piece may begin or end inside a character.
        return Encoding.UTF8.GetString(sample).Count(static letter => letter == '\uFFFD') <= 1 + (sample.Length / 2000);
    }

    private static bool IsCount(double value) => value is >= 0 and < 1L << 53 && Math.Floor(value) == value;

    private static List<T> NotZero<T>(ReadOnlySpan<T> values) where T : struct, IEquatable<T>
    {
        var list = new List<T>(values.Length);
        foreach (var value in values)
        {
            if (!value.Equals(default))
            {
                list.Add(value);
            }
        }

        return list;
    }

    private static double Share<T>(List<T> values, Func<T, bool> predicate) =>
        values.Count == 0 ? 0 : (double)values.Count(predicate) / values.Count;
}

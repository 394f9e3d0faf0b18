using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>The number format of token ids in a file. <c>Be</c> is big-endian: the most significant byte comes first.</summary>
internal enum TokenType
{
    Uint8,
    Int8,
    Uint16,
    Int16,
    Uint32,
    Int32,
    Uint64,
    Int64,
    Uint16Be,
    Int16Be,
    Uint32Be,
    Int32Be,
    Uint64Be,
    Int64Be,
}

/// <summary>Reads the numbers of a <see cref="TokenType"/>.</summary>
internal static class TokenTypes
{
    /// <summary>The number of bytes of a number.</summary>
    public static int Bytes(this TokenType type) => type switch
    {
        TokenType.Uint8 or TokenType.Int8 => 1,
        TokenType.Uint16 or TokenType.Int16 or TokenType.Uint16Be or TokenType.Int16Be => 2,
        TokenType.Uint32 or TokenType.Int32 or TokenType.Uint32Be or TokenType.Int32Be => 4,
        _ => 8,
    };

    /// <summary>Whether the most significant byte comes first.</summary>
    public static bool IsBigEndian(this TokenType type) => type >= TokenType.Uint16Be;

    /// <summary>Whether two types have the same width and byte order, so that they read the same bytes as the same ids.</summary>
    public static bool IsLike(this TokenType type, TokenType other) =>
        type.Bytes() == other.Bytes() && type.IsBigEndian() == other.IsBigEndian();

    /// <summary>The type for messages: "16-bit ids", "32-bit big-endian ids".</summary>
    public static string Words(this TokenType type) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{8 * type.Bytes()}-bit{(type.IsBigEndian() ? " big-endian" : string.Empty)} ids");

    /// <summary>The type as <c>--token-type</c> names it.</summary>
    public static string Option(this TokenType type) => type.ToString().ToLowerInvariant();

    /// <summary>
    /// Fills a span with numbers. An unsigned 64-bit number that does not fit into a signed one becomes negative.
    /// </summary>
    /// <param name="type">The number format.</param>
    /// <param name="bytes">The bytes, as many as the numbers take.</param>
    /// <param name="into">The span to fill.</param>
    public static void Read(this TokenType type, ReadOnlySpan<byte> bytes, Span<long> into)
    {
        switch (type.Bytes())
        {
            case 1:
                Widen(bytes, into, static value => value);
                break;
            case 2:
                Widen(MemoryMarshal.Cast<byte, ushort>(bytes), into, static value => value);
                break;
            case 4:
                Widen(MemoryMarshal.Cast<byte, uint>(bytes), into, static value => value);
                break;
            default:
                MemoryMarshal.Cast<byte, long>(bytes).CopyTo(into);
                break;
        }

        var unused = 64 - (8 * type.Bytes());
        if (type.IsBigEndian() == BitConverter.IsLittleEndian)
        {
            foreach (ref var value in into)
            {
                value = (long)((ulong)BinaryPrimitives.ReverseEndianness(value) >> unused);
            }
        }

        if (type.IsSigned())
        {
            foreach (ref var value in into)
            {
                value = value << unused >> unused;
            }
        }
    }

    private static bool IsSigned(this TokenType type) =>
        type is TokenType.Int8 or TokenType.Int16 or TokenType.Int32 or TokenType.Int64 or TokenType.Int16Be or TokenType.Int32Be
            or TokenType.Int64Be;

    private static void Widen<T>(ReadOnlySpan<T> from, Span<long> into, Func<T, long> widen)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = widen(from[i]);
        }
    }
}

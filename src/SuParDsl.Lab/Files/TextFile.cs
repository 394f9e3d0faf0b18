using System.Text;

namespace SuParDsl.Lab.Files;

/// <summary>
/// Reads text files in UTF-8, or in the encoding that a byte order mark names. If a file is not text, the error names its kind.
/// </summary>
internal static class TextFile
{
    private static readonly Encoding[] Encodings =
    [
        // UTF-32 comes before UTF-16, because its byte order mark begins with UTF-16's.
        new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
    ];

    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What the file must be, with an article if it needs one: "UTF-8 text".</param>
    /// <param name="advice">What the user can do: "convert it".</param>
    /// <exception cref="UserException">The file cannot be read, or is not text.</exception>
    public static string Read(string path, string expected, string advice)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(Directory.Exists(path)
                ? $"{path} is a folder; it must be {expected}: {advice}"
                : $"{path} cannot be read ({e.Message}); it must be {expected}: {advice}");
        }

        var encoding = Array.Find(Encodings, encoding => bytes.AsSpan().StartsWith(encoding.Preamble)) ?? Encodings[^1];
        var mark = bytes.AsSpan().StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;
        try
        {
            var text = encoding.GetString(bytes, mark, bytes.Length - mark);
            var zero = text.IndexOf('\0', StringComparison.Ordinal);
            return zero < 0 && !FileKind.IsLargeFilePointer(text)
                ? text
                : throw new UserException(Kind(bytes) is { } kind
                    ? $"{path} is {kind}; it must be {expected}: {advice}"
                    : $"{path} is not {expected}: it has a zero byte after {zero} characters, "
                        + $"as only binary files have; {advice}");
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException(Kind(bytes) is { } kind
                ? $"{path} is {kind}; it must be {expected}: {advice}"
                : $"{path} is not {expected}: the byte {e.BytesUnknown?.FirstOrDefault():X2} "
                    + $"is invalid at its position in {encoding.WebName.ToUpperInvariant()}; {advice}");
        }
    }

    private static string? Kind(byte[] bytes) =>
        FileKind.Named(bytes.AsSpan(0, Math.Min(bytes.Length, FileKind.StartBytes))) ?? Wide(bytes);

    // Most texts contain many ASCII characters, and every second byte of these is zero in UTF-16.
    private static string? Wide(byte[] bytes)
    {
        const double Most = 0.4;
        var (even, odd) = (0, 0);
        foreach (var (at, value) in bytes.Take(FileKind.StartBytes).Index())
        {
            even += value == 0 && at % 2 == 0 ? 1 : 0;
            odd += value == 0 && at % 2 == 1 ? 1 : 0;
        }

        var looked = Math.Min(bytes.Length, FileKind.StartBytes);
        return even + odd < Most * looked || Math.Min(even, odd) > 0.05 * looked ? null
            : $"what looks like UTF-16 ({(odd > even ? "little" : "big")}-endian) without a byte order mark, or 16-bit numbers";
    }
}

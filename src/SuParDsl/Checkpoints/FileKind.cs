using System.Buffers.Binary;
using System.Text;

namespace SuParDsl;

/// <summary>
/// Recognizes the format of a file by its content, so that a message can name what was found besides what was expected.
/// </summary>
internal static class FileKind
{
    /// <summary>The number of bytes at the start of a file that are examined.</summary>
    public const int StartBytes = 512;

    /// <summary>The descriptions of a JSON object, GPT-2's merges.txt, a safetensors file and a gzip-compressed file.</summary>
    public const string JsonObject = "a JSON object", Merges = "a list of merges", Safetensors = "a safetensors file",
        Gzip = "a gzip archive";

    private const string LargeFilePointer = "version https://git-lfs.github.com/spec/";

    // The signatures of formats that have one of at least four bytes.
    private static readonly (string Name, int Offset, byte[] Signature)[] Signatures =
    [
        ("a Zstandard archive", 0, [0x28, 0xB5, 0x2F, 0xFD]),
        ("an xz archive", 0, [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]),
        ("a 7z archive", 0, [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]),
        ("an LZ4 archive", 0, [0x04, 0x22, 0x4D, 0x18]),
        ("a tar archive", 257, [.. "ustar"u8]),
        ("a Parquet file", 0, [.. "PAR1"u8]),
        ("an Arrow file", 0, [.. "ARROW1"u8]),
        ("an Arrow stream", 0, [0xFF, 0xFF, 0xFF, 0xFF, 0x10, 0, 0, 0]),
        ("a NumPy array (.npy)", 0, [0x93, .. "NUMPY"u8]),
        ("a Megatron index (.idx)", 0, [.. "MMIDIDX\0"u8]),
        ("a fairseq index (.idx)", 0, [.. "TNTIDX\0"u8]),
        ("a packed data set of Lit-GPT", 0, [.. "LITPKDS"u8]),
        ("an HDF5 file", 0, [0x89, .. "HDF\r\n"u8]),
        ("a GGUF model", 0, [.. "GGUF"u8]),
        ("an SQLite database", 0, [.. "SQLite format 3\0"u8]),
        ("a PDF document", 0, [.. "%PDF-"u8]),
        ("a PNG image", 0, [0x89, .. "PNG\r\n"u8]),
        ("a JPEG image", 0, [0xFF, 0xD8, 0xFF, 0xE0]),
        ("a JPEG image", 0, [0xFF, 0xD8, 0xFF, 0xE1]),
        ("a program for Linux", 0, [0x7F, .. "ELF"u8]),
        ("a TensorBoard event file", 23, [.. "brain.Event:"u8]),
        ("a Git LFS pointer, not the file itself (run `git lfs pull`)", 0, [.. Encoding.ASCII.GetBytes(LargeFilePointer)]),
    ];

    /// <summary>Whether a text is a Git LFS pointer, which stands for a large file.</summary>
    public static bool IsLargeFilePointer(string text) => text.StartsWith(LargeFilePointer, StringComparison.Ordinal);

    /// <summary>The format, with an article, whose signature a file's first bytes match; null if they match none.</summary>
    public static string? Named(ReadOnlySpan<byte> start)
    {
        foreach (var (name, offset, signature) in Signatures)
        {
            if (start.Length >= offset + signature.Length && start[offset..].StartsWith(signature))
            {
                return name;
            }
        }

        return start switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => start.IndexOf("/data.pkl"u8) >= 0 ? "a PyTorch file" : "a zip archive",
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, ..] => "a bzip2 archive",
            [0x1F, 0x8B, 8, <= 0x1F, ..] => Gzip,
            [0x80, >= 4 and <= 5, 0x95, ..] => "a Python pickle",
            [0x80, >= 2 and <= 3, >= (byte)' ' and < 0x80, ..] => "a Python pickle",
            [0, 0, 8, 1 or 3, ..] => "an IDX file of bytes, as MNIST's",
            _ => IsSafetensors(start) ? Safetensors : null,
        };
    }

    /// <summary>A description, with an article, of the file or folder at a path.</summary>
    public static string Describe(string path) => Directory.Exists(path) ? "a folder" : Known(path) ?? Unknown(path);

    /// <summary>
    /// The format of a file, with an article, such as "a gzip archive" or "an HTML page"; null if
    /// its first bytes do not identify it.
    /// </summary>
    public static string? Known(string path)
    {
        try
        {
            var start = Start(path);
            return Named(start) ?? (IsText(start) ? KindOfText(Text(start)) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The first bytes of a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Start(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[StartBytes];
        return start[..file.ReadAtLeast(start, StartBytes, throwOnEndOfStream: false)];
    }

    private static string Unknown(string path)
    {
        const int ShownBytes = 8, ShownLetters = 24;
        try
        {
            var start = Start(path);
            var text = Text(start);
            return start.Length == 0 ? "an empty file"
                : !IsText(start)
                    ? $"binary data beginning with {Convert.ToHexString(start, 0, Math.Min(ShownBytes, start.Length))}"
                : $"text beginning '{OneLine.Of(text.Length > ShownLetters ? text[..ShownLetters] + "…" : text)}'";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "a file that cannot be read";
        }
    }

    private static string? KindOfText(string text) => text switch
    {
        _ when text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) => "an HTML page",
        ['<', 's', 'v', 'g', ..] => "an SVG figure",
        ['<', '?', 'x', 'm', 'l', ..] => "an XML file",
        ['{', ..] => JsonObject,
        ['[', ..] => "a JSON array",
        _ when text.StartsWith("#version:", StringComparison.Ordinal) => Merges,
        _ => null,
    };

    private static string Text(byte[] start) => Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');

    private static bool IsText(byte[] start) =>
        start.Length > 0
        && !Array.Exists(start, static value => value < ' ' && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r'));

    private static bool IsSafetensors(ReadOnlySpan<byte> start) =>
        start.Length > 9 && BinaryPrimitives.ReadUInt64LittleEndian(start) is > 0 and <= 100_000_000
        && start[8] == '{' && start[9] is (byte)'"' or (byte)'}';
}

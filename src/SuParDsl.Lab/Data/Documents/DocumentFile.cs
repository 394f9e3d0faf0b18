using System.IO.Compression;
using System.Text.Json;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data.Documents;

/// <summary>What a file of documents holds, as detected from its content.</summary>
internal enum DocumentKind
{
    /// <summary>One text.</summary>
    Text,

    /// <summary>A JSON object on each line.</summary>
    JsonLines,

    /// <summary>A Parquet table.</summary>
    Parquet,
}

/// <summary>A file of documents. JSON Lines may be compressed with gzip.</summary>
/// <param name="Path">The file.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsCompressed">Whether it is compressed with gzip.</param>
/// <param name="Length">Its number of bytes.</param>
internal sealed record DocumentFile(string Path, DocumentKind Kind, bool IsCompressed, long Length)
{
    // The largest text file: a .NET string holds at most 2 GB, and a text may take twice its bytes as a string.
    private const long MaxTextBytes = 1L << 29;

    /// <summary>Detects what a file holds.</summary>
    /// <exception cref="UserException">It is of another format, or cannot be read.</exception>
    public static DocumentFile Of(string path)
    {
        try
        {
            var start = FileKind.Start(path);
            var isCompressed = FileKind.Named(start) == FileKind.Gzip;
            if (isCompressed)
            {
                using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
                start = new byte[FileKind.StartBytes];
                start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            }

            var kind = KindOf(path, start);
            return !isCompressed || kind == DocumentKind.JsonLines
                ? new(path, kind, isCompressed, new FileInfo(path).Length)
                : throw new UserException(
                    $"{path} is a gzip archive of something else than JSON Lines, which alone are read compressed: unpack it");
        }
        catch (InvalidDataException)
        {
            throw new UserException($"{path} is a gzip archive, and damaged: download or pack it again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads its documents.</summary>
    /// <param name="field">The field of JSON Lines, or the column of Parquet.</param>
    /// <exception cref="UserException">It is damaged, or a row has no such field; the message names the row.</exception>
    public IEnumerable<Document> Read(string field) => Kind switch
    {
        DocumentKind.Parquet => ParquetColumn.Read(Path, field),
        DocumentKind.JsonLines => ReadLines(field),
        _ => ReadText(),
    };

    /// <summary>Reads the objects of JSON Lines.</summary>
    /// <param name="read">Reads an object; its second argument is the file and line, for messages.</param>
    /// <exception cref="UserException">A line is not an object; the message names the line.</exception>
    public IEnumerable<T> ReadObjects<T>(Func<JsonElement, string, T> read)
    {
        using var file = File.OpenRead(Path);
        using var content = Unpacked(file);
        foreach (var item in JsonLines.Objects(Path, content, read))
        {
            yield return item;
        }
    }

    private static DocumentKind KindOf(string path, byte[] start)
    {
        var first = start.AsSpan().TrimStart("\uFEFF \t\r\n"u8);
        var second = first.IsEmpty ? first : first[1..].TrimStart(" \t\r\n"u8);
        var extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        return FileKind.Named(start) is "a Parquet file" ? DocumentKind.Parquet
            : extension == ".parquet" ? throw new UserException(
                $"{path} is {FileKind.Describe(path)}, not a Parquet file: it may be damaged or incompletely downloaded")
            : first is [(byte)'{', ..] && second is [(byte)'"' or (byte)'}', ..] ? DocumentKind.JsonLines
            : first is [(byte)'[', ..] && second is [(byte)'{', ..] ? throw new UserException(
                $"{path} is a JSON array; JSON Lines have one object per line, without brackets and commas around them "
                + "(jq -c '.[]')")
            : extension is ".jsonl" or ".ndjson" && first.Length > 0 ? throw new UserException(
                $"{path}(1) is not a JSON object: every line of JSON Lines must be one; "
                + "rename the file to .txt if it is plain text")
            : DocumentKind.Text;
    }

    private IEnumerable<Document> ReadLines(string field)
    {
        using var file = File.OpenRead(Path);
        using var content = Unpacked(file);
        foreach (var document in JsonLines.Read(Path, content, field, () => Length == 0 ? 1 : (double)file.Position / Length))
        {
            yield return document;
        }
    }

    private Stream Unpacked(FileStream file) =>
        IsCompressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;

    private IEnumerable<Document> ReadText()
    {
        const string Advice = "convert it, or give a folder with train.bin and val.bin";
        if (Length > MaxTextBytes)
        {
            throw new UserException(
                $"{Path} has {Length} bytes, but a text file may have at most {MaxTextBytes}: split it into several files, "
                    + "or write it as JSON Lines, which may have any length");
        }

        var text = TextFile.Read(Path, "UTF-8 text", Advice);
        yield return new(text, null, Path, 1) { IsWholeFile = true };
    }
}

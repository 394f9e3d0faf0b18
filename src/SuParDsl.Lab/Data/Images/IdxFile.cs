using System.Buffers.Binary;
using System.IO.Compression;

namespace SuParDsl.Lab.Data.Images;

/// <summary>An array of bytes in IDX, the format of MNIST's own files, plain or compressed by gzip.</summary>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Values">Its elements, row-major.</param>
internal sealed record IdxFile(int[] Shape, byte[] Values)
{
    private const byte UnsignedByte = 8;
    private const int NumberBytes = sizeof(int);

    // No deflate stream expands by more than this factor (zlib's own technical notes).
    private const long MaxExpansion = 1032;

    /// <summary>
    /// Reads <paramref name="path"/>, or <paramref name="path"/>.gz if only that exists. Compression is detected from the
    /// content, because browsers may store an uncompressed file under a name that ends in .gz.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">The required number of dimensions.</param>
    /// <exception cref="UserException">The file is missing or damaged.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        var name = File.Exists(path) ? path : path + ".gz";
        try
        {
            using var file = File.OpenRead(name);
            var isPlain = FileKind.Named(FileKind.Start(name)) != FileKind.Gzip;
            using Stream content = isPlain ? file : new GZipStream(file, CompressionMode.Decompress);
            return Read(content, name, dimensions, isPlain ? file.Length : file.Length * MaxExpansion);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"there is no {path}, nor {Path.GetFileName(path)}.gz");
        }
        catch (EndOfStreamException)
        {
            throw new UserException($"{name} is damaged: it ends before its last value");
        }
        catch (InvalidDataException e)
        {
            throw new UserException($"{name} is damaged: {e.Message}");
        }
    }

    /// <summary>Writes the array.</summary>
    public void Write(Stream stream)
    {
        stream.Write([0, 0, UnsignedByte, (byte)Shape.Length]);
        Span<byte> number = stackalloc byte[NumberBytes];
        foreach (var length in Shape)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, length);
            stream.Write(number);
        }

        stream.Write(Values);
    }

    // Allocate nothing before the header has been verified against the length of the file.
    private static IdxFile Read(Stream stream, string name, int dimensions, long maxLength)
    {
        var header = new byte[(1 + dimensions) * NumberBytes];
        stream.ReadExactly(header);
        if (header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte || header[3] != dimensions)
        {
            var kind = FileKind.Known(name) is { } known ? $" and is {known}" : string.Empty;
            throw new InvalidDataException(
                $"it begins with {Convert.ToHexString(header, 0, NumberBytes)}{kind}, "
                + $"an IDX file of bytes in {dimensions} dimensions with 000008{dimensions:X2}");
        }

        int[] shape = [.. header.Chunk(NumberBytes).Skip(1).Select(static number => BinaryPrimitives.ReadInt32BigEndian(number))];
        var count = shape.Aggregate((Int128)1, static (product, length) => product * length);
        if (shape.Any(static length => length <= 0) || count > Array.MaxLength || count > maxLength - header.Length)
        {
            throw new InvalidDataException(
                $"its header says {string.Join(" × ", shape)}, which its {new FileInfo(name).Length} bytes cannot hold");
        }

        var values = new byte[(int)count];
        stream.ReadExactly(values);
        return stream.ReadByte() < 0
            ? new(shape, values)
            : throw new InvalidDataException($"it goes on after the {count} values that its header says");
    }
}

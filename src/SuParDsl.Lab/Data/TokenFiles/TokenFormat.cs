using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Data.TokenFiles;

/// <summary>The layout of a file of token ids, as detected from its content.</summary>
/// <param name="Type">The number format of the ids; null if there are too few ids to detect it.</param>
/// <param name="Offset">The number of bytes before the first id.</param>
/// <param name="Length">The number of bytes of all ids.</param>
/// <param name="Source">The source of the format: "llm.c's header"; null if it was detected from the numbers.</param>
internal sealed partial record TokenFormat(TokenType? Type, long Offset, long Length, string? Source)
{
    private const int HeaderBytes = 256 * sizeof(int);

    // Karpathy's llm.c, dev/data/data_common.py.
    private static readonly Dictionary<int, (int[] Versions, TokenType Type)> Headers = new()
    {
        [20240520] = ([1], TokenType.Uint16),
        [20240801] = ([1, 7], TokenType.Uint32),
    };

    // NVIDIA's Megatron-LM, megatron/core/datasets/indexed_dataset.py.
    private static readonly Dictionary<int, TokenType> MegatronTypes = new()
    {
        [1] = TokenType.Uint8, [2] = TokenType.Int8, [3] = TokenType.Int16, [4] = TokenType.Int32, [5] = TokenType.Int64,
        [8] = TokenType.Uint16,
    };

    /// <summary>Detects the layout of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="asked">The value of <c>--token-type</c>; null if it is not given.</param>
    /// <exception cref="UserException">
    /// The file holds no token ids, is damaged, or has another type than <c>--token-type</c>.
    /// </exception>
    public static TokenFormat Of(string path, TokenType? asked)
    {
        var start = FileKind.Start(path);
        var length = new FileInfo(path).Length;
        var known = LlmC(path, start, length) ?? Numpy(path, start, length) ?? Megatron(path, length);
        if (known is not null)
        {
            return asked is { } other && !other.IsLike(known.Type!.Value)
                ? throw new UserException(
                    $"{path} has {known.Type.Value.Words()}, as {known.Source} says, not {other.Option()}: "
                    + "leave --token-type out")
                : known;
        }

        // The first ids may equal a file signature by chance, so an explicit --token-type takes precedence.
        if (asked is null && FileKind.Named(start) is { } kind)
        {
            throw new UserException($"{path} is {kind}, not token ids: {Advice}");
        }

        return new(asked ?? TokenTypeGuess.Of(path), 0, length, null);
    }

    /// <summary>The advice for a file that holds no ids.</summary>
    public static string Advice =>
        "write the ids as 16- or 32-bit numbers, as nanoGPT's prepare.py does, or name what they are with --token-type";

    private static TokenFormat? LlmC(string path, byte[] start, long length)
    {
        if (start.Length < 3 * sizeof(int) || length < HeaderBytes)
        {
            return null;
        }

        var (magic, version, count) = (Number(0), Number(1), Number(2));
        if (magic == 20240522)
        {
            throw new UserException($"{path} is a file of multiple-choice questions of llm.c, not token ids: "
                + "give the files that its data scripts train on");
        }

        if (!Headers.TryGetValue(magic, out var known))
        {
            return null;
        }

        if (!known.Versions.Contains(version))
        {
            throw new UserException(
                $"{path} has llm.c's header {magic} in version {version}; "
                + $"this program reads version {string.Join(" and ", known.Versions)}");
        }

        return HeaderBytes + ((long)count * known.Type.Bytes()) == length
            ? new(known.Type, HeaderBytes, length - HeaderBytes, "llm.c's header")
            : throw new UserException(
                $"{path} is damaged: llm.c's header says {count} {known.Type.Words()}, "
                + $"which make {HeaderBytes + ((long)count * known.Type.Bytes())} bytes; the file has {length}");

        int Number(int index) => BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(index * sizeof(int)));
    }

    private static TokenFormat? Numpy(string path, byte[] start, long length)
    {
        if (!start.AsSpan().StartsWith((byte[])[0x93, .. "NUMPY"u8]))
        {
            return null;
        }

        var wide = start.Length > 6 && start[6] >= 2;
        var begin = wide ? 12 : 10;
        var header = start.Length < begin ? -1
            : wide ? BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8));
        if (header < 0 || begin + (long)header > start.Length)
        {
            throw new UserException($"{path} is a damaged NumPy array: its header says that it is {header} bytes long");
        }

        var fields = NumpyHeader().Match(string.Concat(start.Skip(begin).Take(header).Select(static value => (char)value)));
        if (!fields.Success)
        {
            throw new UserException($"{path} is a damaged NumPy array, or one of records: its header has no descr, "
                + "fortran_order and shape in this order");
        }

        var (descr, shape) = (fields.Groups["descr"].Value, fields.Groups["shape"].Value);
        var type = NumpyType(descr) ?? throw new UserException(
            $"{path} is a NumPy array of '{descr}'; token ids are whole numbers: save it with dtype uint16, uint32, "
            + "int32 or int64");
        var axes = shape.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Groups["order"].Value == "True"
            || axes.Length != 1
            || !long.TryParse(axes[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            var order = fields.Groups["order"].Value == "True" ? " in Fortran's order" : string.Empty;
            throw new UserException(
                $"{path} is a NumPy array of shape ({shape}){order}; it must have one axis: save it after .ravel()");
        }

        var offset = begin + header;
        return (Int128)count * type.Bytes() == length - offset
            ? new(type, offset, length - offset, "NumPy's header")
            : throw new UserException(
                $"{path} is damaged: NumPy's header says {count} {type.Words()}, but {length - offset} bytes follow it");
    }

    private static TokenType? NumpyType(string descr) => descr switch
    {
        [_, 'u', '1'] => TokenType.Uint8,
        [_, 'i', '1'] => TokenType.Int8,
        "<u2" => TokenType.Uint16,
        "<i2" => TokenType.Int16,
        "<u4" => TokenType.Uint32,
        "<i4" => TokenType.Int32,
        "<u8" => TokenType.Uint64,
        "<i8" => TokenType.Int64,
        ">u2" => TokenType.Uint16Be,
        ">i2" => TokenType.Int16Be,
        ">u4" => TokenType.Uint32Be,
        ">i4" => TokenType.Int32Be,
        ">u8" => TokenType.Uint64Be,
        ">i8" => TokenType.Int64Be,
        _ => null,
    };

    // Megatron writes the numbers without a header, and their type into an index file beside them.
    private static TokenFormat? Megatron(string path, long length)
    {
        const int TypeAt = 17, CountAt = 18;
        var index = Path.ChangeExtension(path, ".idx");
        if (!File.Exists(index))
        {
            return null;
        }

        var start = FileKind.Start(index);
        if (start.AsSpan().StartsWith("TNTIDX\0"u8))
        {
            throw new UserException(
                $"{index} is a fairseq index of the old format, which is not supported: "
                + $"write {path} as 16-bit ids without an index");
        }

        if (!start.AsSpan().StartsWith("MMIDIDX\0"u8) || start.Length < CountAt + sizeof(long))
        {
            return null;
        }

        if (!MegatronTypes.TryGetValue(start[TypeAt], out var type))
        {
            throw new UserException(
                $"{index} says that {path} holds numbers of Megatron's type {start[TypeAt]}, "
                + "which are not token ids");
        }

        var tokens = MegatronCount(index, BinaryPrimitives.ReadInt64LittleEndian(start.AsSpan(CountAt)));
        return (Int128)tokens * type.Bytes() == length
            ? new(type, 0, length, "its Megatron index")
            : throw new UserException(
                $"{path} has {length} bytes, but {index} says {tokens} {type.Words()}: "
                + "one of them is damaged or belongs to another file");
    }

    private static long MegatronCount(string index, long sequences)
    {
        const int SizesAt = 34;
        using var file = File.OpenRead(index);
        if (sequences < 0 || sequences > (file.Length - SizesAt) / sizeof(int))
        {
            throw new UserException(
                $"{index} is damaged: it says {sequences} sequences, which its {file.Length} bytes cannot hold");
        }

        file.Position = SizesAt;
        using var reader = new BinaryReader(new BufferedStream(file));
        long tokens = 0;
        for (long i = 0; i < sequences; i++)
        {
            tokens += reader.ReadInt32();
        }

        return tokens;
    }

    [GeneratedRegex(
        @"^\s*\{\s*'descr':\s*'(?<descr>[^']*)',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<shape>[^)]*)\)")]
    private static partial Regex NumpyHeader();
}

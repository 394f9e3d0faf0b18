using System.Numerics;
using System.Runtime.InteropServices;
using SuParDsl.Checkpoints;

namespace SuParDsl.Lab.Interop;

/// <summary>
/// A sparse matrix in the layout "sparse-bitmask" of the library compressed-tensors: its kept values, a bit for each weight
/// (each row begins at a byte, the first weight in the lowest bit), the start of each row in the values, and its shape.
/// </summary>
internal static class BitmaskTensor
{
    private const string Values = ".compressed", Bits = ".bitmask", Offsets = ".row_offsets", Sizes = ".shape";

    /// <summary>The tensors that stand for a dense one.</summary>
    /// <param name="dense">The matrix.</param>
    /// <param name="mask">Returns a byte for each weight: 0 if it is masked.</param>
    public static IEnumerable<SafetensorsTensor> Of(SafetensorsTensor dense, Func<byte[]> mask)
    {
        var (rows, columns) = ((int)dense.Shape[0], (int)dense.Shape[1]);
        var kept = mask();
        var starts = new long[rows];
        long count = 0;
        for (var row = 0; row < rows; row++)
        {
            starts[row] = count;
            count += kept.AsSpan(row * columns, columns).Count((byte)1);
        }

        return
        [
            new(dense.Name + Values, dense.Type, [count], () =>
            {
                var bytes = dense.Bytes();
                var values = MemoryMarshal.Cast<byte, float>(bytes.Span);
                var chosen = new float[count];
                var at = 0;
                for (var i = 0; i < kept.Length; i++)
                {
                    if (kept[i] != 0)
                    {
                        chosen[at++] = values[i];
                    }
                }

                return MemoryMarshal.AsBytes(chosen.AsSpan()).ToArray();
            }),
            new(dense.Name + Bits, SafetensorsType.Byte, [rows, (columns + 7) / 8], () => Packed(kept, rows, columns)),
            new(dense.Name + Offsets, SafetensorsType.Long, [rows], () => MemoryMarshal.AsBytes(starts.AsSpan()).ToArray()),
            new(dense.Name + Sizes, SafetensorsType.Long, [2], () => MemoryMarshal.AsBytes<long>([rows, columns]).ToArray()),
        ];
    }

    /// <summary>The part of config.json that describes the layout.</summary>
    public static object Config(IEnumerable<string> names, long kept, long weights) => new
    {
        quant_method = "compressed-tensors",
        format = "dense",
        sparsity_config = new
        {
            format = "sparse-bitmask", global_sparsity = 1 - ((double)kept / weights), sparsity_structure = "unstructured",
            targets = names.Select(static name => name.EndsWith(".weight", StringComparison.Ordinal)
                ? name[..^".weight".Length] : name),
        },
    };

    /// <summary>The name of the matrix that an entry is the first part of; null if it is not.</summary>
    public static string? NameOf(string entry) => entry.EndsWith(Values, StringComparison.Ordinal) ? entry[..^Values.Length]
        : null;

    /// <summary>The names of the other parts.</summary>
    public static string[] OtherParts(string name) => [name + Bits, name + Offsets, name + Sizes];

    /// <summary>The entry that the dense matrix would have.</summary>
    /// <exception cref="CheckpointException">A part is missing, or has another type or shape.</exception>
    public static SafetensorsEntry EntryOf(SafetensorsReader reader, string name)
    {
        var values = reader.Entries[name + Values];
        _ = reader.Entry(name + Sizes, SafetensorsType.Long);
        var bits = reader.Entry(name + Bits, SafetensorsType.Byte);
        var starts = reader.Entry(name + Offsets, SafetensorsType.Long);
        return reader.ReadLongs(name + Sizes) is [var rows and > 0, var columns and > 0]
            && bits.Shape is [var bitRows, var bitBytes] && bitRows == rows && columns <= 8 * bitBytes
                && columns > 8 * (bitBytes - 1)
            && starts.Shape is [var startRows] && startRows == rows && values.Shape.Length == 1
            ? new(name, values.Type, [rows, columns], 0, values.Length)
            : throw Damaged(reader, name, "the shapes of its parts do not fit each other");
    }

    /// <summary>Reads the dense matrix.</summary>
    /// <exception cref="CheckpointException">The parts do not fit each other.</exception>
    public static float[] Read(SafetensorsReader reader, SafetensorsEntry entry)
    {
        var (rows, columns) = ((int)entry.Shape[0], (int)entry.Shape[1]);
        var (bits, values) = (reader.ReadBytes(entry.Name + Bits), reader.ReadAsFloats(entry.Name + Values));
        if (bits.Sum(static part => (long)BitOperations.PopCount(part)) != values.Length)
        {
            throw Damaged(reader, entry.Name, $"its bitmask does not keep the {values.Length} values that it has");
        }

        var dense = new float[checked(rows * columns)];
        var (at, stride) = (0, bits.Length / rows);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < 8 * stride; column++)
            {
                if ((bits[(row * stride) + (column / 8)] >> (column % 8) & 1) == 0)
                {
                    continue;
                }

                dense[column < columns ? (row * columns) + column
                    : throw Damaged(reader, entry.Name, "its bitmask keeps weights beyond a row")] = values[at++];
            }
        }

        return dense;
    }

    private static byte[] Packed(byte[] kept, int rows, int columns)
    {
        var stride = (columns + 7) / 8;
        var packed = new byte[rows * stride];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                packed[(row * stride) + (column / 8)] |= (byte)(kept[(row * columns) + column] << (column % 8));
            }
        }

        return packed;
    }

    private static CheckpointException Damaged(SafetensorsReader reader, string name, string reason) =>
        new($"'{name}' in {reader.Path} is damaged: {reason}");
}

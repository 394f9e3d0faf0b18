using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Reads the format of TorchSharp's <c>Module.save</c>: a count, then each tensor's name, type, sizes and bytes.
/// </summary>
internal static class StateReader
{
    private const int MaxAxes = 64;

    /// <summary>Reads the tensors in the order of the file.</summary>
    /// <param name="reader">The file, which stays open.</param>
    /// <param name="skip">The names of tensors to skip.</param>
    /// <exception cref="CheckpointException">The file is damaged, or in another format.</exception>
    public static Dictionary<string, Tensor> Read(BinaryReader reader, IEnumerable<string> skip)
    {
        try
        {
            var left = skip.ToHashSet();
            Dictionary<string, Tensor> state = [];
            for (var count = reader.Read7BitEncodedInt64(); count > 0; count--)
            {
                var name = reader.ReadString();
                var values = ReadTensor(reader, name);
                if (!left.Contains(name) && !state.TryAdd(name, values))
                {
                    throw new CheckpointException($"the file has two tensors '{name}'");
                }
            }

            return state;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new CheckpointException($"the file is damaged, or not one that save has written: {e.Message}");
        }
    }

    private static Tensor ReadTensor(BinaryReader reader, string name)
    {
        var type = reader.Read7BitEncodedInt64();
        var axes = reader.Read7BitEncodedInt64();
        if (type is < 0 or > sbyte.MaxValue
            || !Enum.IsDefined((ScalarType)type)
            || IsQuantized((ScalarType)type)
            || axes is < 0 or > MaxAxes)
        {
            throw new FormatException($"'{name}' has type {type} and {axes} axes");
        }

        var shape = new long[axes];
        for (var axis = 0; axis < axes; axis++)
        {
            shape[axis] = reader.Read7BitEncodedInt64();
        }

        // Check the size before allocating memory. A tensor with an axis of 0 is empty, but its strides must not overflow either.
        var stream = reader.BaseStream;
        var size = empty(0, (ScalarType)type).element_size();
        var (length, strides) = shape.Aggregate(
            (Length: (double)size, Strides: (double)size),
            static (all, axis) => (all.Length * axis, all.Strides * Math.Max(1, axis)));
        var left = stream.CanSeek ? stream.Length - stream.Position : long.MaxValue;
        if (shape.Any(static axis => axis < 0) || length > left || strides > long.MaxValue / 2)
        {
            throw new FormatException($"'{name}' of shape [{string.Join(", ", shape)}] is longer than the file");
        }

        var values = empty(shape, (ScalarType)type);
        values.ReadBytesFromStream(stream);
        return values;
    }

    private static bool IsQuantized(ScalarType type) => type is ScalarType.QInt8 or ScalarType.QUInt8 or ScalarType.QInt32;
}

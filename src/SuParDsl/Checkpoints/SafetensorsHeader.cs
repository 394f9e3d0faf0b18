using System.Collections.Immutable;
using System.Text.Json;

namespace SuParDsl.Checkpoints;

/// <summary>The header of a safetensors file. It is validated, so that every entry can be read without further checks.</summary>
internal sealed record SafetensorsHeader(
    ImmutableDictionary<string, SafetensorsEntry> Entries, ImmutableDictionary<string, string> Metadata)
{
    /// <summary>The format's limit on the length of a header in bytes.</summary>
    public const long MaxLength = 100_000_000;

    public const string MetadataKey = "__metadata__";

    /// <summary>Reads a header.</summary>
    /// <param name="json">The header's bytes, without the length prefix.</param>
    /// <param name="dataLength">The number of bytes after the header in the file.</param>
    /// <exception cref="CheckpointException">The header violates the format. The message says how.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Parse(document.RootElement, dataLength)
                : throw new CheckpointException("the header is not a JSON object");
        }
        catch (JsonException)
        {
            throw new CheckpointException("the header is not JSON");
        }
        catch (InvalidOperationException)
        {
            // A string that is not valid UTF-8 is detected only when it is read.
            throw new CheckpointException("the header is not UTF-8 JSON");
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, long dataLength)
    {
        var entries = ImmutableDictionary.CreateBuilder<string, SafetensorsEntry>();
        var metadata = ImmutableDictionary<string, string>.Empty;
        var seen = new HashSet<string>();
        foreach (var property in root.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                throw new CheckpointException($"duplicate name '{property.Name}' in the header");
            }

            if (property.Name == MetadataKey)
            {
                metadata = ParseMetadata(property.Value);
            }
            else
            {
                entries.Add(property.Name, ParseEntry(property.Name, property.Value, dataLength));
            }
        }

        CheckLayout(entries.Values, dataLength);
        return new(entries.ToImmutable(), metadata);
    }

    private static SafetensorsEntry ParseEntry(string name, JsonElement value, long dataLength)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var typeElement) || typeElement.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shapeElement) || !TryLongs(shapeElement, out var shape)
            || !value.TryGetProperty("data_offsets", out var offsetsElement) || !TryLongs(offsetsElement, out var offsets)
            || offsets.Length != 2)
        {
            throw new CheckpointException(
                $"the entry of '{name}' needs a dtype, a shape and two data_offsets that are whole numbers, at least 0");
        }

        // Other readers may use the other one of two duplicate properties.
        if (value.EnumerateObject().CountBy(static property => property.Name).FirstOrDefault(static count => count.Value > 1).Key
            is { } twice)
        {
            throw new CheckpointException($"the entry of '{name}' has '{twice}' twice");
        }

        var type = typeElement.GetString()!;
        var size = SafetensorsType.SizeOf(type)
            ?? throw new CheckpointException($"the dtype of '{name}' is '{type}', which the format does not have");
        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end || end > dataLength)
        {
            throw new CheckpointException(
                $"the data_offsets of '{name}' are {begin} to {end}, but the file holds {dataLength} bytes of data");
        }

        return ByteCount(shape, size) == end - begin
            ? new(name, type, shape, begin, end - begin)
            : throw new CheckpointException($"'{name}' is {type} [{string.Join(", ", shape)}], "
                + $"which does not take the {end - begin} bytes of its data_offsets");
    }

    /// <summary>The number of bytes that a shape needs; -1, which no file's length equals, if it overflows.</summary>
    private static long ByteCount(ImmutableArray<long> shape, int size)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        long count = size;
        foreach (var axis in shape)
        {
            if (axis > long.MaxValue / count)
            {
                return -1;
            }

            count *= axis;
        }

        return count;
    }

    private static bool TryLongs(JsonElement element, out ImmutableArray<long> values)
    {
        values = [];
        if (element.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var list = ImmutableArray.CreateBuilder<long>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var value) || value < 0)
            {
                return false;
            }

            list.Add(value);
        }

        values = list.ToImmutable();
        return true;
    }

    private static ImmutableDictionary<string, string> ParseMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException($"{MetadataKey} is not an object of strings");
        }

        var metadata = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var property in value.EnumerateObject())
        {
            var text = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw new CheckpointException($"{MetadataKey} is not an object of strings");
            if (!metadata.TryAdd(property.Name, text))
            {
                throw new CheckpointException($"{MetadataKey} has '{property.Name}' twice");
            }
        }

        return metadata.ToImmutable();
    }

    /// <summary>
    /// Checks that tensors cover the data exactly once. The format requires this, so that a file cannot hide other data.
    /// </summary>
    private static void CheckLayout(IEnumerable<SafetensorsEntry> entries, long dataLength)
    {
        long covered = 0;
        foreach (var entry in entries.OrderBy(static e => e.Offset).ThenBy(static e => e.Length))
        {
            if (entry.Offset != covered)
            {
                throw new CheckpointException(entry.Offset < covered
                    ? $"'{entry.Name}' overlaps another tensor"
                    : $"{entry.Offset - covered} bytes before '{entry.Name}' belong to no tensor");
            }

            covered += entry.Length;
        }

        if (covered != dataLength)
        {
            throw new CheckpointException($"the file holds {dataLength} bytes of data, but its tensors take {covered}");
        }
    }
}

using System.Collections.Immutable;
using System.Text.Json;

namespace SuParDsl;

/// <summary>The header of a safetensors file, checked so that every entry can be read without looking further.</summary>
internal sealed record SafetensorsHeader(ImmutableDictionary<string, SafetensorsEntry> Entries, ImmutableDictionary<string, string> Metadata)
{
    /// <summary>The format's own bound on a header.</summary>
    public const long MaxLength = 100_000_000;

    public const string MetadataKey = "__metadata__";

    /// <summary>Reads a header.</summary>
    /// <param name="json">Its bytes, without the length in front.</param>
    /// <param name="dataLength">How many bytes follow it in the file.</param>
    /// <exception cref="CheckpointException">It breaks a rule of the format; the message says which.</exception>
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
            // A string that is not UTF-8 is found only when it is read.
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
                throw new CheckpointException($"the name '{property.Name}' stands twice in the header");
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
            throw new CheckpointException($"the entry of '{name}' needs a dtype, a shape and two data_offsets that are whole numbers, at least 0");
        }

        // What stands twice may be read differently elsewhere.
        if (value.EnumerateObject().CountBy(static property => property.Name).FirstOrDefault(static count => count.Value > 1).Key is { } twice)
        {
            throw new CheckpointException($"the entry of '{name}' has '{twice}' twice");
        }

        var type = typeElement.GetString()!;
        var size = SafetensorsType.SizeOf(type) ?? throw new CheckpointException($"the dtype of '{name}' is '{type}', which the format does not have");
        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end || end > dataLength)
        {
            throw new CheckpointException($"the data_offsets of '{name}' are {begin} to {end}, but the file holds {dataLength} bytes of data");
        }

        return ByteCount(shape, size) == end - begin
            ? new(name, type, shape, begin, end - begin)
            : throw new CheckpointException($"'{name}' is {type} [{string.Join(", ", shape)}], which does not take the {end - begin} bytes of its data_offsets");
    }

    /// <summary>The bytes that a shape needs; -1 where the number overflows, which no file's length equals.</summary>
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

    /// <summary>The format wants the data covered once, without overlaps and holes: nothing can hide in a file.</summary>
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
            throw new CheckpointException($"the file holds {dataLength} bytes of data, its tensors take {covered}");
        }
    }
}

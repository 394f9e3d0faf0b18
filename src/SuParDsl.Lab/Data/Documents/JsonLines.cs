using System.Text;
using System.Text.Json;
using SuParDsl.Lab.Data.TokenFiles;

namespace SuParDsl.Lab.Data.Documents;

/// <summary>Reads JSON Lines: a JSON object on each line, with a field that is a text or a list of token ids.</summary>
internal static class JsonLines
{
    private const int BufferBytes = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the documents of a file.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="content">Its content, uncompressed.</param>
    /// <param name="field">The name of the field.</param>
    /// <param name="fraction">Returns the fraction of the file that has been read.</param>
    /// <exception cref="UserException">A line is not an object with the field; the message names the line.</exception>
    public static IEnumerable<Document> Read(string path, Stream content, string field, Func<double> fraction) =>
        Objects(path, content, (json, place) => json.TryGetProperty(field, out var value)
            ? Document(value, field, place, fraction())
            : throw new UserException($"{place} has no field '{field}': {Fields(json)}"));

    /// <summary>Reads the objects of a file.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="content">Its content, uncompressed.</param>
    /// <param name="read">Reads an object; its second argument is the file and line, for messages.</param>
    /// <exception cref="UserException">A line is not an object; the message names the line.</exception>
    public static IEnumerable<T> Objects<T>(string path, Stream content, Func<JsonElement, string, T> read)
    {
        using var reader = new StreamReader(content, Strict, detectEncodingFromByteOrderMarks: true, BufferBytes);
        for (var row = 1; Line(reader, path, row) is { } line; row++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Object(line, $"{path}({row})", read);
            }
        }
    }

    private static string? Line(StreamReader reader, string path, int row)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException e)
        {
            throw new UserException($"{path} is not UTF-8: "
                + $"at or after line {row} there is the byte {e.BytesUnknown?.FirstOrDefault():X2}, which is invalid there");
        }
        catch (InvalidDataException)
        {
            throw new UserException($"{path} is damaged: its compressed data end or break after line {row - 1}");
        }
    }

    private static T Object<T>(string line, string place, Func<JsonElement, string, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Options);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? read(json.RootElement, place)
                : throw new UserException($"{place} is {Kind(json.RootElement)}: every line must be a JSON object");
        }
        catch (JsonException e)
        {
            throw new UserException($"{place} is not a JSON object in one line: {e.Message.Split(" LineNumber:")[0]}");
        }
        catch (InvalidOperationException)
        {
            throw new UserException($"{place}: a text has half of a surrogate pair (such as \\ud800), which is no character");
        }
    }

    private static Document Document(JsonElement value, string field, string place, double fraction) => value.ValueKind switch
    {
        JsonValueKind.String => new(value.GetString(), null, place, fraction),
        JsonValueKind.Array =>
            new(null, [.. value.EnumerateArray().Select((id, at) => Id(id, at, field, place))], place, fraction),
        _ => throw new UserException($"{place}: the field '{field}' is {Kind(value)}; it must be a text, or a list of token ids"),
    };

    private static int Id(JsonElement id, int at, string field, string place) =>
        id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var value) && value is >= 0 and < IdSurvey.MostTokens
            ? value
            : throw new UserException(
                $"{place}: "
                + $"item {at} of the field '{field}' is {(id.ValueKind == JsonValueKind.Number ? id.GetRawText() : Kind(id))}; "
                + $"a token id must be a whole number from 0 to {IdSurvey.MostTokens - 1}");

    private static string Fields(JsonElement line)
    {
        const int Most = 12;
        string[] names = [.. line.EnumerateObject().Select(static property => property.Name).Take(Most)];
        return names.Length == 0
            ? "the object is empty"
            : $"it has {string.Join(", ", names)}; name the one to train on with --field";
    }

    /// <summary>What a value is called in messages.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };
}

using System.Text.Json;

namespace SuParDsl.Lab.Files;

/// <summary>Reads JSON files. If a file holds something else, the error names its kind.</summary>
internal static class JsonFile
{
    /// <summary>Deserializes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The options of the serializer.</param>
    /// <param name="expected">What the file must be, with an article: "a run's configuration".</param>
    /// <param name="advice">What the user can do: "name a folder that `train` has written".</param>
    /// <param name="damaged">What is wrong if the file is JSON of another form: "damaged, or of another example".</param>
    /// <exception cref="UserException">The file cannot be read, or holds something else.</exception>
    public static T Read<T>(
        string path, JsonSerializerOptions options, string expected, string advice, string damaged = "damaged")
        where T : class
    {
        var text = Text(path, expected, advice);
        try
        {
            return JsonSerializer.Deserialize<T>(text, options) ?? throw new JsonException("it holds null");
        }
        // A name that stands twice in an object is an ArgumentException.
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new UserException($"{path} is {damaged}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Reads the text of a file that begins like a JSON object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What the file must be, with an article.</param>
    /// <param name="advice">What the user can do.</param>
    /// <exception cref="UserException">The file cannot be read, or holds something else.</exception>
    public static string Text(string path, string expected, string advice)
    {
        var wanted = $"{expected}, a JSON object";
        var text = TextFile.Read(path, wanted, advice);
        return text.AsSpan().TrimStart() is ['{', ..]
            ? text
            : throw new UserException($"{path} is {FileKind.Describe(path)}; it must be {wanted}: {advice}");
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Files;

/// <summary>The format of the JSON files in run folders.</summary>
internal static class RunJson
{
    /// <summary>
    /// Options for camelCase names and indented output. Enumerations are written by name, and unknown members are refused.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = New();

    /// <summary>Serializes a value as the text of such a file.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    private static JsonSerializerOptions New() => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        // A size may be infinite or NaN.
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(), new ImmutableArrayConverter() },
    };
}

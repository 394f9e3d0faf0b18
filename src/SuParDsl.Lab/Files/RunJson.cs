using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Files;

/// <summary>The form of the JSON files in run folders.</summary>
internal static class RunJson
{
    /// <summary>camelCase, indented, enums by name, nothing unknown accepted.</summary>
    public static JsonSerializerOptions Options { get; } = New();

    /// <summary>A value as such a file.</summary>
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
        // A size may be infinite or no number at all.
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(), new ImmutableArrayConverter() },
    };
}

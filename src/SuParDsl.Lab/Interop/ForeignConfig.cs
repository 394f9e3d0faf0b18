using System.Globalization;
using System.Text;
using System.Text.Json;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Interop;

/// <summary>
/// The <c>config.json</c> of another program's model, or an object in it. A value of another kind is refused by name.
/// </summary>
public sealed class ForeignConfig
{
    internal const string FileName = "config.json";

    private readonly string place;
    private readonly JsonElement json;

    private ForeignConfig(string place, JsonElement json) => (this.place, this.json) = (place, json);

    /// <summary>
    /// The architecture that the file states; <c>nanoGPT</c> for the arguments of nanoGPT's model; null if it states none.
    /// </summary>
    public string? Architecture
    {
        get
        {
            if (Find("architectures") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
            {
                return list[0].ValueKind == JsonValueKind.String ? list[0].GetString()
                    : throw Wrong("architectures", list, "a list of names");
            }

            return Text("model_type", string.Empty) is { Length: > 0 } type ? type : Find("block_size") is null ? null
                : "nanoGPT";
        }
    }

    /// <summary>Whether a key is there and not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="missing">The value if the key is absent or null; null if it must be there.</param>
    /// <param name="least">The smallest allowed value.</param>
    /// <exception cref="UserException">The value is missing, of another kind or too small.</exception>
    public int Integer(string key, int? missing = null, int least = 1) => Find(key) is not { } value
        ? missing ?? throw Missing(key)
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least
            ? number
            : throw Wrong(key, value, string.Create(CultureInfo.InvariantCulture,
                $"a whole number from {least} to {int.MaxValue}"));

    /// <summary>A finite number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="missing">The value if the key is absent or null; null if it must be there.</param>
    /// <exception cref="UserException">The value is missing or of another kind.</exception>
    public double Number(string key, double? missing = null) => Find(key) is not { } value
        ? missing ?? throw Missing(key)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(key, value, "a finite number");

    /// <summary>A truth value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="missing">The value if the key is absent or null.</param>
    /// <exception cref="UserException">The value is of another kind.</exception>
    public bool Flag(string key, bool missing) => Find(key) is not { } value
        ? missing
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw Wrong(key, value, "true or false");

    /// <summary>A text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="missing">The value if the key is absent or null; null if it must be there.</param>
    /// <exception cref="UserException">The value is missing or of another kind.</exception>
    public string Text(string key, string? missing = null) => Find(key) is not { } value
        ? missing ?? throw Missing(key)
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(key, value, "a text");

    /// <summary>An object in this one; null if the key is absent or null.</summary>
    /// <exception cref="UserException">The value is of another kind.</exception>
    public ForeignConfig? Section(string key) => Find(key) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.Object ? new($"{place}, {key}", value) : throw Wrong(key, value, "an object");

    /// <summary>Refuses every value of a key but one, because the model computes no other.</summary>
    /// <typeparam name="T"><see cref="bool"/>, <see cref="int"/>, <see cref="double"/> or <see cref="string"/>.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value that the model computes.</param>
    /// <param name="missing">The value that the other program takes if the key is absent.</param>
    /// <exception cref="UserException">The value is another one.</exception>
    public void Require<T>(string key, T value, T missing)
    {
        object found = (value, missing) switch
        {
            (bool, bool flag) => Flag(key, flag),
            (int, int number) => Integer(key, number, int.MinValue),
            (double, double number) => Number(key, number),
            (_, string text) => Text(key, text),
            _ => throw new ArgumentException($"{typeof(T)} is no type of a configuration", nameof(value)),
        };
        if (!found.Equals(value))
        {
            throw Refused(key, $"this model has {Shown(value)}");
        }
    }

    /// <summary>The error for a value that the model cannot compute.</summary>
    /// <param name="key">The key.</param>
    /// <param name="reason">What the model computes instead.</param>
    public UserException Refused(string key, string reason) =>
        new($"{place}: {key} is {(Find(key) is { } value ? Raw(value) : "not set")}; {reason}");

    /// <summary>Reads a folder's configuration.</summary>
    /// <exception cref="UserException">The file is missing or no JSON object.</exception>
    internal static ForeignConfig Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path)
            ? new(path, Json(path, "the configuration of a model"))
            : throw new UserException(Directory.Exists(folder)
                ? $"{folder} has no {FileName}{FolderKind.But(folder)}: name a folder with {FileName} and model.safetensors"
                : $"there is no folder {folder}: name one with {FileName} and model.safetensors");
    }

    /// <summary>Reads a JSON object whose texts are valid.</summary>
    /// <exception cref="UserException">The file holds something else.</exception>
    internal static JsonElement Json(string path, string expected)
    {
        var text = JsonFile.Text(path, expected, "name a folder that save_pretrained or `export` has written");
        try
        {
            RequireTexts(Encoding.UTF8.GetBytes(text));
            return JsonSerializer.Deserialize<JsonElement>(text, new JsonSerializerOptions { AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UserException($"{path} is damaged: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    // A lone surrogate in an escape is detected only when a text is read, so read all of them.
    private static void RequireTexts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped
                ? reader.GetString() : null;
        }
    }

    private JsonElement? Find(string key) => json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null
        ? value : null;

    private UserException Missing(string key) => new($"{place} has no {key}, which this architecture needs");

    private UserException Wrong(string key, JsonElement value, string range) =>
        new($"{place}: {key} is {Raw(value)}: it must be {range}");

    private static string Raw(JsonElement value)
    {
        const int Most = 60;
        var text = value.GetRawText();
        return text.Length > Most ? text[..Most] + "…" : text;
    }

    private static string Shown<T>(T value) => JsonSerializer.Serialize(value);
}

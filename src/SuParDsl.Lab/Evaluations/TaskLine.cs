using System.Globalization;
using System.Text;
using System.Text.Json;
using SuParDsl.Lab.Data.Documents;

namespace SuParDsl.Lab.Evaluations;

/// <summary>
/// An object of JSON Lines in a task's file, whose fields are read with messages that name the file and the line.
/// </summary>
/// <param name="Json">The object.</param>
/// <param name="Place">The file and line.</param>
internal readonly record struct TaskLine(JsonElement Json, string Place)
{
    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string field) => Json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A field of any kind.</summary>
    /// <exception cref="UserException">It is missing.</exception>
    public JsonElement Field(string field) => Has(field) ? Json.GetProperty(field) : throw new UserException(
        $"{Place} has no field '{field}'");

    /// <summary>A field that is an object of its own.</summary>
    /// <exception cref="UserException">It is missing, or something else.</exception>
    public TaskLine Object(string field) => Field(field) is { ValueKind: JsonValueKind.Object } inner
        ? new(inner, Place)
        : throw Wrong(field, "an object");

    /// <summary>A text.</summary>
    /// <exception cref="UserException">The field is missing, or something else.</exception>
    public string Text(string field) => Field(field) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw Wrong(field, "a text");

    /// <summary>A list of texts.</summary>
    /// <exception cref="UserException">The field is missing, or something else.</exception>
    public string[] Texts(string field)
    {
        var value = Field(field);
        return value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String)
                ? [.. value.EnumerateArray().Select(static item => item.GetString()!)]
                : throw Wrong(field, "a list of texts");
    }

    /// <summary>A list of objects.</summary>
    /// <exception cref="UserException">The field is missing, or something else.</exception>
    public TaskLine[] Objects(string field)
    {
        var (value, place) = (Field(field), Place);
        return value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.Object)
                ? [.. value.EnumerateArray().Select(item => new TaskLine(item, place))]
                : throw Wrong(field, "a list of objects");
    }

    /// <summary>
    /// The index of the right choice: the field is an index from 0 on, a label, or the text of the choice itself.
    /// </summary>
    /// <param name="field">The field.</param>
    /// <param name="choices">The choices.</param>
    /// <param name="labels">Their labels; null for A, B, C, ….</param>
    /// <exception cref="UserException">The field is missing, or says none of the choices.</exception>
    public int Answer(string field, IReadOnlyList<string> choices, IReadOnlyList<string>? labels = null)
    {
        var value = Field(field);
        var letters = labels ?? [.. choices.Select(static (_, at) => ((char)('A' + at)).ToString())];
        if (letters.Count != choices.Count)
        {
            throw new UserException($"{Place} has {choices.Count} choices, and {letters.Count} labels");
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        var isIndex = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index);
        if (text.Length == 0 || (isIndex && index < 0))
        {
            throw new UserException(
                $"{Place} has no answer, as '{field}' is {(text.Length == 0 ? "empty" : text)}: "
                + "name a part of the set whose answers are published, such as that for validation");
        }

        int[] meant = value.ValueKind == JsonValueKind.Number && labels is null ? [isIndex ? index : -1]
            : [Array.IndexOf([.. letters], text), labels is null && isIndex ? index : -1, Array.IndexOf([.. choices], text)];
        int[] found = [.. meant.Where(at => at >= 0 && at < choices.Count).Distinct()];
        return found switch
        {
            [var at] => at,
            [] => throw new UserException(
                $"{Place}: '{field}' is {Shown(text)}, which is none of the {choices.Count} choices: "
                + $"it must be an index from 0 to {choices.Count - 1} or one of {string.Join(", ", letters)}"),
            _ => throw new UserException(
                $"{Place}: '{field}' is {Shown(text)}, which is the text of one choice and the label or index of another: "
                + "write the index as a number"),
        };
    }

    private static string Shown(string text)
    {
        const int Most = 40;
        return text.EnumerateRunes().Count() <= Most
            ? $"'{text}'" : $"'{string.Concat(text.EnumerateRunes().Take(Most).Select(static rune => rune.ToString()))}…'";
    }

    private UserException Wrong(string field, string expected) => new(
        $"{Place}: the field '{field}' must be {expected}, and is {JsonLines.Kind(Field(field))}");
}

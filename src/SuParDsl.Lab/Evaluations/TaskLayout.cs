using System.Text.Json;
using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Evaluations;

/// <summary>A layout of public evaluation sets in JSON Lines.</summary>
/// <param name="Name">The name with which a command line asks for it.</param>
/// <param name="Fields">The fields by which it is recognized.</param>
/// <param name="Kind">What a task of this layout measures.</param>
/// <param name="Read">Reads the questions of a line: more than one if a passage has several.</param>
internal sealed partial record TaskLayout(
    string Name, IReadOnlyList<string> Fields, TaskKind Kind, Func<TaskLine, IEnumerable<Question>> Read)
{
    /// <summary>The layout of texts, whose likelihood is measured.</summary>
    public const string Text = "text";

    /// <summary>The layouts, the most special ones first. Contexts are those of lm-evaluation-harness.</summary>
    public static IReadOnlyList<TaskLayout> All { get; } =
    [
        new("arc", ["question", "answerKey"], TaskKind.Choice, Arc),
        new("piqa", ["goal", "sol1", "sol2"], TaskKind.Choice, static line =>
            [Choice(line, Asked(line.Text("goal")), [line.Text("sol1"), line.Text("sol2")], "label")]),
        new("boolq", ["passage", "question"], TaskKind.Choice, BoolQ),
        new("race", ["article", "options"], TaskKind.Choice, Race),
        new("hellaswag", ["endings"], TaskKind.Choice, HellaSwag),
        new("choices", ["question", "choices"], TaskKind.Choice, static line =>
            [Choice(line, line.Text("question"), line.Texts("choices"), "answer")]),
        new("lambada", [], TaskKind.LastWord, static line => [LastWord(line.Text("text"), line.Place)]),
    ];

    /// <summary>The layout of a line; null if it has no fields of any.</summary>
    public static TaskLayout? Of(TaskLine line) =>
        All.FirstOrDefault(layout => layout.Fields.Count > 0 && layout.Fields.All(line.Has));

    /// <summary>A question for the last word of a text.</summary>
    /// <exception cref="UserException">There is no word before it.</exception>
    public static Question LastWord(string text, string place)
    {
        var at = text.LastIndexOf(' ');
        return at > 0 && at < text.Length - 1
            ? new(place, text[..at], [text[(at + 1)..]], 0)
            : throw new UserException(
                $"{place} has no last word: it must be a text that ends with a word, with a space before that");
    }

    private static Question Choice(
        TaskLine line, string context, IReadOnlyList<string> choices, string answer, IReadOnlyList<string>? labels = null)
    {
        return choices.Count < 2
            ? throw new UserException($"{line.Place} has {choices.Count} choices: there must be at least 2")
            : choices.Any(string.IsNullOrWhiteSpace)
                ? throw new UserException(
                    $"{line.Place}: choice {choices.ToList().FindIndex(string.IsNullOrWhiteSpace)} is empty")
                : new(line.Place, context, choices, line.Answer(answer, choices, labels));
    }

    private static string Asked(string question) => $"Question: {question}\nAnswer:";

    // The choices are two lists in the sets of Hugging Face, and a list of objects within the question in AI2's own.
    private static IEnumerable<Question> Arc(TaskLine line)
    {
        if (line.Field("question").ValueKind != JsonValueKind.Object)
        {
            var lists = line.Object("choices");
            return [Choice(line, Asked(line.Text("question")), lists.Texts("text"), "answerKey", lists.Texts("label"))];
        }

        var question = line.Object("question");
        var choices = question.Objects("choices");
        return
        [
            Choice(
                line, Asked(question.Text("stem")), [.. choices.Select(static choice => choice.Text("text"))], "answerKey",
                [.. choices.Select(static choice => choice.Text("label"))]),
        ];
    }

    private static IEnumerable<Question> BoolQ(TaskLine line)
    {
        var field = line.Has("answer") ? "answer" : "label";
        var isYes = line.Field(field) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            { ValueKind: JsonValueKind.Number } number when number.GetRawText() is "0" or "1" => number.GetRawText() == "1",
            var other =>
                throw new UserException($"{line.Place}: the field '{field}' is {other.GetRawText()}; it must be true or false"),
        };
        var context = $"{line.Text("passage")}\nQuestion: {line.Text("question")}?\nAnswer:";
        return [new(line.Place, context, ["no", "yes"], isYes ? 1 : 0)];
    }

    // A line has one question in the sets of Hugging Face, and all of an article in the original ones.
    private static IEnumerable<Question> Race(TaskLine line)
    {
        var article = line.Text("article");
        if (!line.Has("questions"))
        {
            return [Choice(line, Context(line.Text("question")), line.Texts("options"), "answer")];
        }

        var (questions, answers, options) = (line.Texts("questions"), line.Texts("answers"), line.Field("options"));
        if (options.ValueKind != JsonValueKind.Array || options.GetArrayLength() != questions.Length
            || answers.Length != questions.Length)
        {
            throw new UserException($"{line.Place} has {questions.Length} questions, and other numbers of options or answers");
        }

        return options.EnumerateArray().Select((list, at) => One(list, at)).ToList();

        Question One(JsonElement list, int at)
        {
            using var one = JsonDocument.Parse(JsonSerializer.Serialize(new { options = list, answer = answers[at] }));
            var inner = new TaskLine(one.RootElement, line.Place);
            return Choice(inner, Context(questions[at]), inner.Texts("options"), "answer");
        }

        string Context(string question) => $"Article: {article}\n\n{Asked(question)}";
    }

    private static IEnumerable<Question> HellaSwag(TaskLine line)
    {
        var context = line.Has("ctx_a")
            ? $"{line.Text("activity_label")}: "
                + $"{line.Text("ctx_a")} {Capitalized(line.Has("ctx_b") ? line.Text("ctx_b") : string.Empty)}"
            : line.Text("ctx");
        return [Choice(line, Cleaned(context), [.. line.Texts("endings").Select(Cleaned)], "label")];
    }

    private static string Capitalized(string text) =>
        text.Length == 0 ? text : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    // Brackets are left over from WikiHow.
    private static string Cleaned(string text) =>
        Brackets().Replace(text.Trim().Replace(" [title]", ". ", StringComparison.Ordinal), string.Empty)
            .Replace("  ", " ", StringComparison.Ordinal);

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Brackets();
}

using SuParDsl.Lab.Data;

namespace SuParDsl.Lab.Evaluations;

/// <summary>
/// Small tasks of our own, made from the validation part of the default text: which words end a paragraph, and its last word.
/// They depend on the version of the SDK alone.
/// </summary>
internal static class OwnTasks
{
    private const string Endings = "endings", LastWords = "last-words";
    private const int Count = 200, Choices = 4, FewestWords = 12, MostWords = 40;
    private const long Seed = 1;

    /// <summary>The names of the tasks.</summary>
    public static IReadOnlyList<string> Names { get; } = [Endings, LastWords];

    /// <summary>Makes a task.</summary>
    /// <exception cref="UserException">There is no SDK, and so no text.</exception>
    public static EvaluationTask Read(string name) => Of(name, ReferenceText.Load(ReferenceText.DefaultCache()).Validation);

    /// <summary>Makes a task from a text with a paragraph on each line.</summary>
    internal static EvaluationTask Of(string name, string text)
    {
        // Paragraphs of documentation repeat each other, often but for a word: each first half and each last word is taken once.
        string[][] paragraphs =
        [
            .. text.Split('\n')
                .Select(static line => line.Split(' '))
                .Where(static words => words.Length is >= FewestWords and <= MostWords)
                .DistinctBy(static words => string.Join(' ', words[..(words.Length / 2)])).DistinctBy(Ending)
                .Index()
                .OrderBy(static paragraph => SplitMix.Bits(Seed, 0, paragraph.Index))
                .Select(static paragraph => paragraph.Item)
                .Take(Count),
        ];
        return name == Endings
            ? new(name, name, TaskKind.Choice, [.. paragraphs.Select((words, at) => EndingOf(paragraphs, words, at))])
            : new(name, name, TaskKind.LastWord, [.. paragraphs.Select((words, at) =>
                TaskLayout.LastWord(string.Join(' ', words), Place(name, at)))]);
    }

    private static string Place(string name, int at) => $"{name}({at + 1})";

    private static string Ending(string[] words) => string.Join(' ', words[^(words.Length / 3)..]);

    // The wrong endings are those of the paragraphs that follow, so that every ending occurs as often right as wrong.
    private static Question EndingOf(string[][] paragraphs, string[] words, int at)
    {
        var answer = (int)SplitMix.Below(Choices, Seed, 1, at);
        var wrong = Enumerable.Range(1, Choices - 1).Select(step => Ending(paragraphs[(at + step) % paragraphs.Length])).ToList();
        wrong.Insert(answer, Ending(words));
        return new(Place(Endings, at), string.Join(' ', words[..^(words.Length / 3)]), wrong, answer);
    }
}

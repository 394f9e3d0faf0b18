using System.Globalization;
using System.Text;
using SuParDsl.Lab.Data;

namespace SuParDsl.Lab.Evaluations;

/// <summary>What a task measures.</summary>
internal enum TaskKind
{
    /// <summary>Which of several continuations is the likeliest.</summary>
    Choice,

    /// <summary>Whether the likeliest continuation is the right one.</summary>
    LastWord,

    /// <summary>The likelihood of texts.</summary>
    Text,
}

/// <summary>One item of a task.</summary>
/// <param name="Place">The file and line, for messages.</param>
/// <param name="Context">The text before the continuation; empty for a whole text.</param>
/// <param name="Choices">The continuations, without the space before them; a single one unless there is a choice.</param>
/// <param name="Answer">The index of the right one.</param>
internal sealed record Question(string Place, string Context, IReadOnlyList<string> Choices, int Answer);

/// <summary>A set of questions.</summary>
/// <param name="Name">The name, by which results of several runs are compared.</param>
/// <param name="Layout">The name of the layout in which the file has the questions.</param>
/// <param name="Kind">What is measured.</param>
/// <param name="Questions">The questions.</param>
internal sealed record EvaluationTask(string Name, string Layout, TaskKind Kind, IReadOnlyList<Question> Questions)
{
    /// <summary>A text that distinguishes the questions from others of the same name.</summary>
    public string Fingerprint()
    {
        var all = Questions.SelectMany(static question => question.Choices.Append(question.Context).Append($"{question.Answer}"));
        return Fingerprints.Of(Encoding.UTF8.GetBytes(string.Join('\0', all))).ToString("x16", CultureInfo.InvariantCulture);
    }
}

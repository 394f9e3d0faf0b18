using Microsoft.CodeAnalysis;
using SuParDsl.Tests;

namespace SuParDsl.Generators.Tests.Mistakes;

/// <summary>
/// Typical mistakes, each with the first message that the compiler gives for it. docs/mistakes.md lists them;
/// SUPAR_UPDATE_PAGES=1 writes the list again.
/// </summary>
public sealed class MistakeTests
{
    private static readonly MistakeGroup[] Groups =
    [
        FlowMistakes.Functions, FlowMistakes.Shapes, FlowMistakes.Statements, DeclarationMistakes.Form,
        DeclarationMistakes.Sizes, DeclarationMistakes.Densities, TrainingMistakes.All,
    ];

    private static readonly Lazy<Run>[] Runs = [.. Groups.SelectMany(static group => group.Mistakes)
        .Select(static mistake => new Lazy<Run>(() => Harness.Generate(mistake.Source)))];

    public static TheoryData<int, string> Mistakes
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (mistake, i) in Groups.SelectMany(static group => group.Mistakes).Select(static (m, i) => (m, i)))
            {
                data.Add(i, mistake.Written);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void The_first_message_ends_with_the_remedy(int index, string written)
    {
        var first = First(Runs[index].Value);
        Assert.True(first is not null, $"nothing is reported for {written}");
        Assert.EndsWith(")", DiagnosticPage.Transcript(first), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', DiagnosticPage.Transcript(first));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Nothing_is_reported_in_an_emitted_file(int index, string written) => Assert.DoesNotContain(
        Runs[index].Value.CSharp, diagnostic =>
            diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true
            && written.Length > 0);

    [Fact]
    public void The_page_lists_the_mistakes_with_their_messages()
    {
        var path = RepositoryRoot.File("docs/mistakes.md");
        var runs = new Queue<Lazy<Run>>(Runs);
        var tables = Groups.Select(group =>
            $"## {group.Subject}\n\n| Written | First message |\n|---|---|\n"
            + string.Concat(group.Mistakes.Select(mistake => Row(mistake, First(runs.Dequeue().Value)!))));
        GeneratedPage.Check(path, GeneratedPage.WithRegion(File.ReadAllText(path), "mistakes", string.Join("\n", tables)));
    }

    /// <summary>The first of our messages in the order of the file.</summary>
    private static Diagnostic? First(Run run) => run.Ours.OrderBy(static d => d.Location.SourceSpan.Start).FirstOrDefault();

    private static string Row(Mistake mistake, Diagnostic message) =>
        $"| {Code(mistake.Written)} | [{message.Id}](diagnostics/{message.Id}.md): "
        + $"{Cell(DiagnosticPage.Transcript(message).Split(": ", 2)[1])} |\n";

    private static string Code(string text) => $"`{Cell(text)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}

using System.Globalization;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Every diagnostic appears alone, with its message and at its place, and disappears when the remedy is applied.
/// </summary>
public sealed class DiagnosticTests
{
    // Each mistake is compiled once for all tests of it.
    private static readonly Lazy<Run>[] Runs = [.. DiagnosticCases.All.Select(static c => new Lazy<Run>(() =>
        Harness.Generate(Marked(c.Bad).Source)))];

    public static IEnumerable<object[]> Indices => DiagnosticCases.All.Select(static (c, i) => new object[] { i, c.Id });

    [Theory]
    [MemberData(nameof(Indices))]
    public void A_mistake_gives_one_diagnostic(int index, string id)
    {
        var (source, start, length) = Marked(DiagnosticCases.All[index].Bad);
        var run = Runs[index].Value;
        var found = Assert.Single(run.Ours);
        Assert.Equal(id, found.Id);
        Assert.Equal(DiagnosticCases.All[index].Message, found.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(source.Substring(start, length),
            found.Location.SourceTree!.ToString().Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
        Assert.Equal(start, found.Location.SourceSpan.Start);
        Assert.Equal($"https://github.com/supardsl/supardsl/blob/main/docs/diagnostics/{id}.md", found.Descriptor.HelpLinkUri);
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void The_remedy_gives_none(int index, string id)
    {
        var run = Harness.Generate(DiagnosticCases.All[index].Good);
        Assert.DoesNotContain(run.Ours, d => d.Id == id);
        Assert.Empty(run.Ours);
        Assert.Empty(run.CSharp);
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void A_stub_is_emitted_exactly_for_errors(int index, string id)
    {
        var @case = DiagnosticCases.All[index];
        var run = Runs[index].Value;
        var isError = Descriptors.All.Single(d => d.Id == id).DefaultSeverity == DiagnosticSeverity.Error;
        if (@case.Emits)
        {
            Assert.Equal(isError && id != "SUP131", run.Files.Any(file => run.IsStub(file.HintName)));
            Assert.Equal(@case.CSharp, string.Join(" ",
                run.CSharp.Select(static d => d.Id).Distinct().Order(StringComparer.Ordinal)));
        }
        else
        {
            Assert.DoesNotContain(run.Files, file =>
                file.HintName == "M.g.cs" || file.HintName.EndsWith("+M.g.cs", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void The_answer_is_the_same_before_generation(int index, string id)
    {
        var source = Marked(DiagnosticCases.All[index].Bad).Source;
        var before = Harness.Analyze(Harness.Compile(source));
        var after = Runs[index].Value.Ours;
        Assert.Contains(after, d => d.Id == id);
        Assert.Equal(after.Select(static d => d.ToString()), before.Select(static d => d.ToString()));
    }

    [Theory]
    [InlineData("SUP101", "Down")]
    [InlineData("SUP123", "Up")]
    [InlineData("SUP304", "n")]
    public void The_declaration_of_what_is_used_wrongly_is_a_second_place(string id, string declared)
    {
        var found = Runs[Array.FindIndex(DiagnosticCases.All, c => c.Id == id)].Value.Ours.Single();
        var second = Assert.Single(found.AdditionalLocations);
        Assert.Equal(declared, second.SourceTree!.ToString().Substring(second.SourceSpan.Start, second.SourceSpan.Length));
    }

    [Fact]
    public void Every_diagnostic_has_a_case() =>
        Assert.Equal(Descriptors.All
            .Select(static d => d.Id), DiagnosticCases.All.Concat(UsageCases.All).Select(static c =>
                c.Id).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_diagnostic_is_described()
    {
        Assert.All(Descriptors.All, static d =>
        {
            Assert.Matches("^SUP[0-9]{3}$", d.Id);
            Assert.DoesNotContain(". ", d.MessageFormat.ToString(), StringComparison.Ordinal);
            Assert.EndsWith(")", d.MessageFormat.ToString(), StringComparison.Ordinal);
            Assert.True(d.IsEnabledByDefault);
        });
        Assert.Equal(Descriptors.All.Length, Descriptors.All.Select(static d => d.Id).Distinct().Count());
    }

    private static (string Source, int Start, int Length) Marked(string text)
    {
        var (start, end) = (text.IndexOf('«'), text.IndexOf('»'));
        return (text.Remove(end, 1).Remove(start, 1), start, end - start - 1);
    }
}

using System.Globalization;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Every diagnostic about code that uses models appears alone, with its message and at its place, and disappears with the
/// remedy.
/// </summary>
public sealed class UsageTests
{
    public static IEnumerable<object[]> Indices => UsageCases.All.Select(static (c, i) => new object[] { i, c.Id });

    public static TheoryData<int> RightOnes => [.. Enumerable.Range(0, UsageCases.Right.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void A_mistake_gives_one_diagnostic(int index, string id)
    {
        var text = UsageCases.All[index].Bad;
        var (start, end) = (text.IndexOf('«'), text.IndexOf('»') - 1);
        var run = Harness.Generate(Unmarked(text));
        Assert.Equal(UsageCases.All[index].CSharp, string.Join(" ", run.CSharp.Select(static d => d.Id).Distinct()));
        var found = Assert.Single(run.Ours);
        Assert.Equal((id, UsageCases.All[index].Message), (found.Id, found.GetMessage(CultureInfo.InvariantCulture)));
        Assert.Equal((start, end), (found.Location.SourceSpan.Start, found.Location.SourceSpan.End));
        Assert.DoesNotContain(run.Files, file => run.IsStub(file.HintName));
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void The_remedy_gives_none(int index, string id)
    {
        var run = Harness.Generate(UsageCases.All[index].Good);
        Assert.DoesNotContain(run.Ours, d => d.Id == id);
        Assert.Empty(run.Ours);
        Assert.Empty(run.CSharp);
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void A_pragma_suppresses(int index, string id) =>
        Assert.True(Assert.Single(
            Harness.Generate($"#pragma warning disable {id}\n{Unmarked(UsageCases.All[index].Bad)}").Ours).IsSuppressed);

    [Theory]
    [MemberData(nameof(RightOnes))]
    public void Similar_correct_code_is_not_reported(int index)
    {
        var run = Harness.Generate(UsageCases.Right[index]);
        Assert.Empty(run.Ours);
        Assert.DoesNotContain(run.CSharp, static d => d.Severity == DiagnosticSeverity.Error);
    }

    private static string Unmarked(string text) =>
        text.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
}

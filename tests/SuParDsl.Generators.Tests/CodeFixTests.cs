using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Every fix does what its title says, leaves no mistake, and can be applied to a whole document at once.
/// </summary>
public sealed class CodeFixTests
{
    public static IEnumerable<object[]> Cases => FixCases.All.Select(static (c, i) => new object[] { i, c.Id, c.Title });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_fix_does_what_it_says(int index, string id, string title)
    {
        using var workspace = new AdhocWorkspace();
        var (document, diagnostics, actions) = FixHarness.Offers(workspace, FixCases.All[index].Before, id);
        Assert.Single(diagnostics);
        Assert.Contains(title, actions.Select(static action => action.Title));
        var after = FixHarness.Apply(document, actions.Single(action => action.Title == title));
        Assert.Equal(FixCases.All[index].After, after);
        Assert.Empty(Harness.Generate(after).Ours);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Three_are_fixed_at_once(int index, string id, string title)
    {
        using var workspace = new AdhocWorkspace();
        var (document, diagnostics, actions) = FixHarness.Offers(workspace, Thrice(FixCases.All[index].Before), id);
        Assert.Equal(3, diagnostics.Length);
        var after = FixHarness.ApplyToAll(document, actions.Single(action => action.Title == title), id);
        Assert.Equal(Thrice(FixCases.All[index].After), after);
    }

    [Theory]
    [MemberData(nameof(DiagnosticTests.Indices), MemberType = typeof(DiagnosticTests))]
    public void The_first_fix_offered_removes_the_mistake(int index, string id)
    {
        var source = DiagnosticCases.All[index].Bad.Replace("«", "", StringComparison.Ordinal)
            .Replace("»", "", StringComparison.Ordinal);
        using var workspace = new AdhocWorkspace();
        var (document, _, actions) = FixHarness.Offers(workspace, source, id);
        if (actions.Count > 0)
        {
            Assert.DoesNotContain(Harness.Generate(FixHarness.Apply(document, actions[0])).Ours, d => d.Id == id);
        }
    }

    [Fact]
    public void Every_fix_has_a_case() => Assert.Equal(
        FixHarness.Providers.SelectMany(static p => p.FixableDiagnosticIds).Distinct().Order(StringComparer.Ordinal),
        FixCases.All.Select(static c => c.Id).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Fixes_are_for_diagnostics_that_exist() => Assert.All(
        FixHarness.Providers.SelectMany(static p => p.FixableDiagnosticIds),
            static id => Assert.Contains(Descriptors.All, d => d.Id == id));

    private static string Thrice(string source) =>
        string.Join("\n", Enumerable.Range(1, 3).Select(i => $"namespace Copy{i}\n{{\n{source}\n}}"));
}

using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Usage;
using SuParDsl.Tests;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Every diagnostic has a page that agrees with the compiler. SUPAR_UPDATE_PAGES=1 writes the pages again: reasons stay as
/// they are, and examples come from the first case of each diagnostic.
/// </summary>
public sealed class DocumentationTests
{
    public static TheoryData<string> Ids => [.. Descriptors.All.Select(static d => d.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_says_what_the_compiler_says(string id)
    {
        var page = DiagnosticPage.Read(id);
        Assert.True(page is not null, $"write {DiagnosticPage.PathOf(id)} up to '## Wrong', then set SUPAR_UPDATE_PAGES=1");
        if (GeneratedPage.IsUpdated)
        {
            var @case = DiagnosticCases.All.Concat(UsageCases.All).First(c => c.Id == id);
            page = page with { Bad = Unmarked(@case.Bad), Good = @case.Good };
        }

        var found = Assert.Single(Harness.Generate(page.Bad).Ours);
        Assert.Equal(id, found.Id);
        var good = Harness.Generate(page.Good);
        Assert.Empty(good.Ours);
        Assert.Empty(good.CSharp);

        var stopsEmission = found.Descriptor.DefaultSeverity == DiagnosticSeverity.Error
            && !new UsageAnalyzer().SupportedDiagnostics.Contains(found.Descriptor) && id != "SUP131";
        GeneratedPage.Check(
            DiagnosticPage.PathOf(id), page.Render(found.Descriptor, DiagnosticPage.Transcript(found), stopsEmission));
    }

    [Fact]
    public void No_page_is_stale() => Assert.Equal(
        Descriptors.All.Concat(Descriptors.Facts).Select(static d => d.Id),
        Directory.GetFiles(DiagnosticPage.Folder, "SUP*.md").Select(static path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void The_index_lists_every_page()
    {
        var path = Path.Combine(DiagnosticPage.Folder, "README.md");
        var rows = Descriptors.All.Concat(Descriptors.Facts)
            .Select(static d => $"| [{d.Id}]({d.Id}.md) | {DiagnosticPage.SeverityOf(d)} | {d.Title} |\n");
        GeneratedPage.Check(path, GeneratedPage.WithRegion(
            File.ReadAllText(path), "index", "| ID | Severity | Title |\n|---|---|---|\n" + string.Concat(rows)));
    }

    private static string Unmarked(string text) =>
        text.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
}

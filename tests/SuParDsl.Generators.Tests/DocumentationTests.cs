using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Usage;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Every diagnostic has a page, and what the page says is what the compiler does. SUPAR_UPDATE_PAGES=1 writes the pages
/// anew: reasons stay as they are, examples come from the first case of each diagnostic.
/// </summary>
public sealed class DocumentationTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("SUPAR_UPDATE_PAGES") == "1";

    public static TheoryData<string> Ids => [.. Descriptors.All.Select(static d => d.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_says_what_the_compiler_says(string id)
    {
        var page = DiagnosticPage.Read(id);
        Assert.True(page is not null, $"write {DiagnosticPage.PathOf(id)} up to '## Wrong', then set SUPAR_UPDATE_PAGES=1");
        if (Update)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true",
                "pages are read and committed by a person, never updated by CI");
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
        Check(DiagnosticPage.PathOf(id), page.Render(found.Descriptor, DiagnosticPage.Transcript(found), stopsEmission));
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
        var text = File.ReadAllText(path);
        const string Start = "<!-- index -->\n", End = "<!-- /index -->";
        var (start, end) = (text.IndexOf(Start, StringComparison.Ordinal) + Start.Length,
            text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(start >= Start.Length && end >= start, "the index has lost its marks");
        var rows = Descriptors.All.Concat(Descriptors.Facts).Select(static d => $"| [{d.Id}]({d.Id}.md) | {DiagnosticPage.SeverityOf(d)} | {d.Title} |\n");
        Check(path, text[..start] + "| ID | Severity | Title |\n|---|---|---|\n" + string.Concat(rows) + text[end..]);
    }

    private static void Check(string path, string expected)
    {
        if (Update)
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string Unmarked(string text) =>
        text.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
}

using SuParDsl.Generators.Tests;

namespace SuParDsl.Docs.Tests.Pages;

/// <summary>The documentation's files. SUPAR_UPDATE_PAGES=1 writes what is generated anew.</summary>
internal static class Documentation
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("SUPAR_UPDATE_PAGES") == "1";

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Harness.ProjectDirectory, "../.."));

    /// <summary>The full path of a file, given from the root.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>The text of a file, given from the root.</summary>
    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>Every Markdown file of the documentation, from the root.</summary>
    public static IEnumerable<string> MarkdownFiles => Directory
        .EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories)
        .Select(static path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Append("README.md").Order(StringComparer.Ordinal);

    /// <summary>Makes sure that a file has the text that is generated for it, or gives it that text.</summary>
    public static void Check(string file, string expected)
    {
        if (Update)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "pages are read and committed by a person, never updated by CI");
            File.WriteAllText(PathOf(file), expected);
        }

        var found = Read(file);
        if (found != expected)
        {
            Assert.Fail($"{file} is out of date: set SUPAR_UPDATE_PAGES=1 and read what changes. {FirstDifference(found, expected)}");
        }
    }

    /// <summary>A page with another text between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.</summary>
    public static string WithRegion(string page, string name, string text)
    {
        var (open, close) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var start = page.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = page.IndexOf(close, StringComparison.Ordinal);
        Assert.True(start >= open.Length && end >= start, $"the page has no region <!-- {name} --> … {close}");
        return page[..start] + text + page[end..];
    }

    private static string FirstDifference(string found, string expected)
    {
        var (left, right) = (found.Split('\n'), expected.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(left.Length, right.Length))
            .First(i => left.ElementAtOrDefault(i) != right.ElementAtOrDefault(i));
        return $"Line {line + 1} is\n{left.ElementAtOrDefault(line)}\nand should be\n{right.ElementAtOrDefault(line)}";
    }
}

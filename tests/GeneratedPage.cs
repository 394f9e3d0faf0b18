namespace SuParDsl.Tests;

/// <summary>
/// Pages that tests write from the code. SUPAR_UPDATE_PAGES=1 writes them again, and a person reads the changes.
/// </summary>
internal static class GeneratedPage
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("SUPAR_UPDATE_PAGES") == "1";

    /// <summary>Whether pages are written again. CI never does that.</summary>
    public static bool IsUpdated
    {
        get
        {
            Assert.False(
                Update && Environment.GetEnvironmentVariable("CI") == "true",
                "pages are read and committed by a person, never updated by CI");
            return Update;
        }
    }

    /// <summary>Checks that a page has the text that is generated for it, or writes that text into it.</summary>
    public static void Check(string path, string expected)
    {
        if (IsUpdated)
        {
            File.WriteAllText(path, expected);
        }

        var found = File.ReadAllText(path);
        if (found != expected)
        {
            Assert.Fail(
                $"{path} is out of date: set SUPAR_UPDATE_PAGES=1 and read what changes. {FirstDifference(found, expected)}");
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

namespace SuParDsl.Docs.Tests.Pages;

/// <summary>The README is short, shows the convincing results, and links to every page of the documentation.</summary>
public sealed class ReadmeTests
{
    private const int MostLines = 170;

    [Fact]
    public void It_is_short() => Assert.InRange(Documentation.Read("README.md").TrimEnd('\n').Split('\n').Length, 1, MostLines);

    [Fact]
    public void It_shows_two_pictures() => Assert.All(
        (string[])["docs/results/sweep-lr/sweep.svg", "docs/images/report.png"],
        static picture => Assert.Contains($"]({picture})", Documentation.Read("README.md"), StringComparison.Ordinal));

    [Fact]
    public void Every_page_can_be_reached_from_it()
    {
        var (seen, next) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>(["README.md"]));
        while (next.TryPop(out var page))
        {
            if (seen.Add(page))
            {
                Links.PagesFrom(page).ToList().ForEach(next.Push);
            }
        }

        // The tables that a check or a sweep wrote are linked from the page that describes it.
        Assert.Empty(Documentation.MarkdownFiles.Where(static page => !IsTableOfARun(page)).Except(seen));
    }

    private static bool IsTableOfARun(string page) =>
        page.StartsWith("docs/results/", StringComparison.Ordinal) && page.Split('/').Length > 3;
}

using System.Text.RegularExpressions;

namespace SuParDsl.Docs.Tests.Pages;

/// <summary>The links of a page to other pages. The generator's tests check that their files and headings exist.</summary>
internal static partial class Links
{
    /// <summary>The pages that a page links to, by their paths relative to the root.</summary>
    public static IEnumerable<string> PagesFrom(string page)
    {
        var folder = Path.GetDirectoryName(Documentation.PathOf(page))!;
        return Link().Matches(Documentation.Read(page)).Select(static match => match.Groups["page"].Value)
            .Select(target =>
                Path.GetRelativePath(Documentation.Root, Path.GetFullPath(Path.Combine(folder, target))).Replace('\\', '/'))
            .Where(static target => File.Exists(Documentation.PathOf(target)));
    }

    [GeneratedRegex(@"\]\((?<page>[^()\s#:]+\.md)(#[^()\s]*)?\)")]
    private static partial Regex Link();
}

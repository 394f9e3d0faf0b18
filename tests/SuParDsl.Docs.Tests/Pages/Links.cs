using System.Text.RegularExpressions;

namespace SuParDsl.Docs.Tests.Pages;

/// <summary>The links of a page to others. Whether they lead to files and headings that exist is tested with the generator.</summary>
internal static partial class Links
{
    /// <summary>The pages that a page links to, by their paths from the root.</summary>
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

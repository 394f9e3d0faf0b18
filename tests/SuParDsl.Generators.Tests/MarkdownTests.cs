using System.Text.RegularExpressions;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Relative links in Markdown files lead to files and headings that exist, and the pages for contributors name only files,
/// folders and identifiers that exist.
/// </summary>
public sealed partial class MarkdownTests
{
    private static readonly string Root = RepositoryRoot.Path;

    // Skip build output, the user's own runs and git's files, which are not part of the repository.
    private static readonly HashSet<string> Skipped = ["bin", "obj", "runs", ".git", ".cache", "TestResults"];

    private static readonly string[] SourceExtensions = [".cs", ".csproj", ".props", ".md", ".sh"];

    // The tests below use names that do not exist, so this file is skipped.
    private static readonly Lazy<HashSet<string>> Identifiers = new(static () =>
    [
        nameof(MarkdownTests),
        .. Files(Root).Where(static path => Path.GetExtension(path) is ".cs" or ".csproj" or ".props" or ".targets")
            .Where(static path => !path.EndsWith(nameof(MarkdownTests) + ".cs", StringComparison.Ordinal))
            .SelectMany(static path => Identifier().Matches(File.ReadAllText(path)).Select(static match => match.Value)),
    ]);

    /// <summary>Every Markdown file, by its path in the repository.</summary>
    public static TheoryData<string> Pages =>
    [
        .. Files(Root).Where(static path => Path.GetExtension(path) == ".md")
            .Select(static path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Relative_links_lead_somewhere(string page) => Assert.Empty(DeadLinks(page, Text(page)));

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/recipes.md")]
    public void Named_paths_exist(string page) => Assert.Empty(MissingPaths(Text(page)));

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/recipes.md")]
    [InlineData("docs/glossary.md")]
    public void Named_identifiers_exist(string page) => Assert.Empty(MissingIdentifiers(Text(page)));

    [Fact]
    public void A_dead_link_is_found()
    {
        Assert.Equal(["nowhere.md"], Dead("[a](nowhere.md) `[b](code.md)` [c](https://example.org/nowhere.md)"));
        Assert.Equal(
            ["#gone", "architecture.md#gone"],
            Dead("# Here\n[a](#here) [b](#gone) [c](architecture.md#gone) [d](architecture.md#run-time)"));
        Assert.Equal(["../../outside.md"], Dead("[a](../../outside.md) ![b](results/dynamic-128)"));

        static IEnumerable<string> Dead(string text) => DeadLinks("docs/page.md", text);
    }

    [Fact]
    public void A_missing_path_is_found() => Assert.Equal(
        ["src/SuParDsl/Layers/Nothing.cs", "src/Nothing/<Name>.cs", "Nothing.props"],
        MissingPaths("`src/SuParDsl/Layers/Nothing.cs` `src/SuParDsl/Layers/<Name>.cs` `src/Nothing/<Name>.cs` "
            + "`Directory.Build.props` `Nothing.props` `a | b` `./run.sh NanoGpt`"));

    [Fact]
    public void A_missing_identifier_is_found() => Assert.Equal(
        ["NothingOfThatName", "RuleTable.NothingElse"],
        MissingIdentifiers("`RuleTable` `NothingOfThatName` `RuleTable.Of` `RuleTable.NothingElse` `lower`"));

    private static string Text(string page) => File.ReadAllText(Path.Combine(Root, page));

    private static IEnumerable<string> DeadLinks(string page, string text)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root, page))!;
        foreach (var link in Link().Matches(Prose(text)).Select(static match => match.Groups["target"].Value))
        {
            if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal))
            {
                continue;
            }

            var (file, anchor) = link.Split('#', 2) is [var name, var heading] ? (name, heading) : (link, string.Empty);
            var path = file.Length == 0
                ? Path.Combine(Root, page)
                : Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(file)));
            var isInside = path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            var target = file.Length == 0 ? text : File.Exists(path) ? File.ReadAllText(path) : string.Empty;
            if (!isInside || !(file.Length == 0 || File.Exists(path) || Directory.Exists(path))
                || (anchor.Length > 0 && path.EndsWith(".md", StringComparison.Ordinal) && !Anchors(target).Contains(anchor)))
            {
                yield return link;
            }
        }
    }

    /// <summary>Texts between backquotes that begin with a folder of the repository or are a file at its top.</summary>
    private static IEnumerable<string> MissingPaths(string text) => Code(text).Where(static code =>
    {
        var top = code.Split('/')[0];
        var isPath = !code.Contains(' ', StringComparison.Ordinal) && code.Contains('/', StringComparison.Ordinal)
            ? top.Length > 0 && Directory.Exists(Path.Combine(Root, top))
            : SourceExtensions.Contains(Path.GetExtension(code)) && char.IsUpper(code[0])
                && !code.Contains("NAME", StringComparison.Ordinal);

        // A path with a placeholder is checked as far as the folder before it.
        var known = code.Split('/').TakeWhile(static part => !part.Contains('<', StringComparison.Ordinal));
        var path = Path.Combine([Root, .. known]);
        return isPath && !File.Exists(path) && !Directory.Exists(path) && !IsInSomeFolder(code);
    });

    // The name of a file without its folder, such as `Snapshot.cs`.
    private static bool IsInSomeFolder(string name) =>
        !name.Contains('/', StringComparison.Ordinal) && Files(Root).Any(path => Path.GetFileName(path) == name);

    private static IEnumerable<string> MissingIdentifiers(string text) =>
        Code(text).Where(static code =>
            Named().IsMatch(code) && code.Split('.').Any(static part => !Identifiers.Value.Contains(part)));

    /// <summary>The anchors that GitHub gives a page's headings.</summary>
    private static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(Fence().Replace(text, string.Empty)).Select(static match => AnchorOf(match.Groups["text"].Value))];

    private static string AnchorOf(string heading) =>
        NoAnchor().Replace(LinkText().Replace(heading, "$1").Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-');

    private static IEnumerable<string> Code(string text) =>
        CodeSpan().Matches(Fence().Replace(text, string.Empty)).Select(static match => match.Groups["code"].Value);

    private static string Prose(string text) => CodeSpan().Replace(Fence().Replace(text, string.Empty), "`code`");

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder).Where(static inner => !Skipped.Contains(Path.GetFileName(inner)))
            .SelectMany(Files));

    [GeneratedRegex(@"\]\((?<target>[^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?<fence>```+|~~~+).*?^\k<fence>[^\n]*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<ticks>`+)(?<code>[^\n]+?)\k<ticks>(?!`)")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^#{1,6} (?<text>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N}\p{M} _-]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Identifier();

    [GeneratedRegex("^[A-Z][A-Za-z0-9_]*[a-z][A-Za-z0-9_]*(\\.[A-Z][A-Za-z0-9_]*)*$")]
    private static partial Regex Named();
}

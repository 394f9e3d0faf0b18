using SuParDsl.Generators.Tests;
using SuParDsl.Tests;

namespace SuParDsl.Docs.Tests.Pages;

/// <summary>The documentation's files.</summary>
internal static class Documentation
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = RepositoryRoot.Path;

    /// <summary>The full path of a file whose path is relative to the root.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>The text of a file whose path is relative to the root.</summary>
    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>The path of every Markdown file of the documentation, relative to the root.</summary>
    public static IEnumerable<string> MarkdownFiles => Directory
        .EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories)
        .Select(static path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Append("README.md").Order(StringComparer.Ordinal);

    /// <summary>Checks that a file has the text that is generated for it, or writes that text into it.</summary>
    public static void Check(string file, string expected) => GeneratedPage.Check(PathOf(file), expected);
}

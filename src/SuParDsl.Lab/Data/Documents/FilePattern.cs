using System.Text.RegularExpressions;

namespace SuParDsl.Lab.Data.Documents;

/// <summary>
/// Finds the files that match a pattern: <c>*</c> and <c>?</c> stand for characters of a name, and <c>**</c> for any folders.
/// </summary>
internal static class FilePattern
{
    /// <summary>Whether a path is a pattern.</summary>
    public static bool Is(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>The files that match, in order of their names.</summary>
    public static IReadOnlyList<string> Files(string pattern)
    {
        var full = Path.GetFullPath(pattern);
        var special = full.AsSpan().IndexOfAny('*', '?');
        var slash = full.LastIndexOf(Path.DirectorySeparatorChar, special);
        var root = full[..(slash + 1)];
        if (!Directory.Exists(root))
        {
            return [];
        }

        var rest = full[(slash + 1)..];
        var regex = new Regex(Expression(rest), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var depth = rest.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? SearchOption.AllDirectories
            : SearchOption.TopDirectoryOnly;
        return [.. Directory.EnumerateFiles(root, "*", depth)
            .Where(file => regex.IsMatch(file[root.Length..]))
            .Order(StringComparer.Ordinal)];
    }

    private static string Expression(string pattern) => $"^{Regex.Escape(pattern)
        .Replace(@"\*\*/", "(?:.*/)?", StringComparison.Ordinal)
        .Replace(@"\*\*", ".*", StringComparison.Ordinal)
        .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
        .Replace(@"\?", "[^/]", StringComparison.Ordinal)}$";
}

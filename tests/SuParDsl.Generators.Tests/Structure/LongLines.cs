using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.Generators.Tests.Structure;

/// <summary>Finds the lines of C# that are longer than .editorconfig allows.</summary>
internal static class LongLines
{
    /// <summary>The largest number of characters in a line.</summary>
    public const int Most = 130;

    // Build output, and emitted code that is compared byte for byte.
    private static readonly HashSet<string> SkippedFolders = ["bin", "obj", "Snapshots"];

    /// <summary>The files of C# below a folder that people write, by their full paths.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(SkippedFolders.Contains))
            .Order(StringComparer.Ordinal);

    /// <summary>
    /// The numbers of the lines that are too long. A line may be long if it cannot be broken without a change of meaning: it
    /// is a part of a string literal over several lines, or it is long only because of an address.
    /// </summary>
    public static IReadOnlyList<int> In(string code)
    {
        var lines = SourceText.From(code).Lines;
        var tooLong = lines.Where(static line => line.Span.Length > Most && WithoutAddresses(line.ToString()).Length > Most)
            .ToList();
        if (tooLong.Count == 0)
        {
            return [];
        }

        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None);
        var texts = CSharpSyntaxTree.ParseText(code, options).GetRoot().DescendantNodes().Select(TextOf).OfType<TextSpan>()
            .Where(span => lines.GetLineFromPosition(span.Start).LineNumber < lines.GetLineFromPosition(span.End).LineNumber)
            .ToList();
        return [.. tooLong.Where(line => !texts.Any(text => text.Start <= line.Start && line.End < text.End))
            .Select(static line => line.LineNumber + 1)];
    }

    private static string WithoutAddresses(string line) => string.Join(
        ' ',
        line.Split(' ').Where(static word =>
            !word.Contains("http://", StringComparison.Ordinal) && !word.Contains("https://", StringComparison.Ordinal)));

    // Null if the node is not a string literal.
    private static TextSpan? TextOf(SyntaxNode node) => node switch
    {
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Span,
        InterpolatedStringExpressionSyntax interpolated => interpolated.Span,
        _ => null,
    };
}

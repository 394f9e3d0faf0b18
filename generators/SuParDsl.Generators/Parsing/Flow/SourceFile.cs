using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Names places in the user's files as <c>#line</c> does.</summary>
internal static class SourceFile
{
    /// <summary>
    /// A file's name as the compiler writes it into debugging information: under <c>PathMap</c> no folder of this machine is
    /// in it. Null where a directive cannot hold it.
    /// </summary>
    public static string? NameOf(DeclarationContext context, SyntaxTree tree)
    {
        var resolver = context.ModelOf(tree.GetRoot(context.Cancellation)).Compilation.Options.SourceReferenceResolver;
        var name = resolver?.NormalizePath(tree.FilePath, baseFilePath: null) ?? tree.FilePath;
        return name.Length == 0 || name.IndexOfAny(['"', '\r', '\n']) >= 0 ? null : name;
    }

    public static SourceSpan Span(SyntaxTree tree, TextSpan span)
    {
        var lines = tree.GetLineSpan(span).Span;
        return new(lines.Start.Line + 1, lines.Start.Character + 1, lines.End.Line + 1, lines.End.Character + 1);
    }
}

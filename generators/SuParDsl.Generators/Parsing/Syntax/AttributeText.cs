using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.Generators.Parsing.Syntax;

/// <summary>Reads the arguments of attributes, and finds places inside their strings.</summary>
internal static class AttributeText
{
    /// <summary>A named argument; null where it is not given.</summary>
    public static ExpressionSyntax? Argument(AttributeData mark, string name, CancellationToken cancellation) =>
        Arguments(mark, cancellation).FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name)?.Expression;

    /// <summary>An argument by its position; null if there are fewer arguments.</summary>
    public static ExpressionSyntax? Argument(AttributeData mark, int position, CancellationToken cancellation) =>
        Arguments(mark, cancellation).Where(static a => a.NameEquals is null).ElementAtOrDefault(position)?.Expression;

    /// <summary>The place of a part of a string argument; the whole argument if it is not written as a string.</summary>
    /// <param name="mark">The attribute.</param>
    /// <param name="argument">The named argument; null for the first one.</param>
    /// <param name="where">The part.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    public static Location Place(AttributeData mark, string? argument, TextSpan where, CancellationToken cancellation)
    {
        if (mark.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax)
        {
            return Location.None;
        }

        var given = argument is null ? Argument(mark, 0, cancellation) : Argument(mark, argument, cancellation);
        return given is null ? syntax.GetLocation()
            : given is LiteralExpressionSyntax { Token: var token } && token.IsKind(SyntaxKind.StringLiteralToken)
                && token.Text == "\"" + token.ValueText + "\"" && where.Length > 0
                ? Location.Create(syntax.SyntaxTree, new(token.SpanStart + 1 + where.Start, where.Length))
            : given.GetLocation();
    }

    private static IEnumerable<AttributeArgumentSyntax> Arguments(AttributeData mark, CancellationToken cancellation) =>
        (mark.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax)?.ArgumentList?.Arguments ?? [];
}

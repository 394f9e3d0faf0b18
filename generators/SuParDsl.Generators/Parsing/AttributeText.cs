using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.Generators.Parsing;

/// <summary>Places inside the strings that attributes are given.</summary>
internal static class AttributeText
{
    /// <summary>A part of an argument: inside the string where it is written as one, else the whole argument.</summary>
    /// <param name="mark">The attribute.</param>
    /// <param name="argument">The named argument; null for the first one.</param>
    /// <param name="where">The part.</param>
    /// <param name="cancellation">Stops it.</param>
    public static Location Place(AttributeData mark, string? argument, TextSpan where, CancellationToken cancellation)
    {
        if (mark.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax)
        {
            return Location.None;
        }

        var given = syntax.ArgumentList?.Arguments.FirstOrDefault(a =>
            a.NameEquals?.Name.Identifier.ValueText == argument)?.Expression;
        return given is null ? syntax.GetLocation()
            : given is LiteralExpressionSyntax { Token: var token } && token.IsKind(SyntaxKind.StringLiteralToken)
                && token.Text == "\"" + token.ValueText + "\"" && where.Length > 0
                ? Location.Create(syntax.SyntaxTree, new(token.SpanStart + 1 + where.Start, where.Length))
            : given.GetLocation();
    }
}

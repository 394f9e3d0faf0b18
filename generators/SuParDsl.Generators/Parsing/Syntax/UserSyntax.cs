using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuParDsl.Generators.Parsing.Syntax;

/// <summary>
/// What the user wrote of a class, as opposed to what was emitted for it: an analyzer sees both, the generator only the first.
/// </summary>
internal static class UserSyntax
{
    /// <summary>What <c>[GeneratedCode]</c> on emitted members names.</summary>
    public const string Tool = "SuParDsl.Generators";

    /// <summary>The user's parts of a class.</summary>
    public static IEnumerable<TypeDeclarationSyntax> Parts(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>()
            .Where(static part => part.Members.Count == 0 || !part.Members.Any(IsEmitted));

    public static bool IsPartial(TypeDeclarationSyntax part) => part.Modifiers.Any(SyntaxKind.PartialKeyword);

    /// <summary>
    /// An identifier as C# needs it: keywords get an @, also one that is newer than the compiler that this is built against.
    /// </summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None
            || name == "extension"
            ? "@" + name : name;

    /// <summary>Whether a name, escaped or not, is that of a discard.</summary>
    public static bool IsDiscard(string name) => name.TrimStart('@') == "_";

    /// <summary>An expression on one line, without comments.</summary>
    public static string OneLine(SyntaxNode node)
    {
        var text = string.Empty;
        var end = -1;
        foreach (var token in node.DescendantTokens())
        {
            text += end >= 0 && token.SpanStart > end ? " " + token.Text : token.Text;
            end = token.Span.End;
        }

        return text;
    }

    public static ExpressionSyntax Unwrap(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized)
        {
            expression = parenthesized.Expression;
        }

        return expression;
    }

    public static bool IsNegative(ExpressionSyntax expression) => Unwrap(expression).IsKind(SyntaxKind.UnaryMinusExpression);

    /// <summary>An expression without a minus before it.</summary>
    public static ExpressionSyntax Positive(ExpressionSyntax expression) =>
        Unwrap(expression) is PrefixUnaryExpressionSyntax minus && IsNegative(expression) ? minus.Operand : expression;

    private static bool IsEmitted(MemberDeclarationSyntax member) =>
        member.AttributeLists.Count > 0
        && member.AttributeLists.SelectMany(static list => list.Attributes).Any(static attribute =>
            attribute.Name.ToString().EndsWith("GeneratedCode", StringComparison.Ordinal)
            && attribute.ArgumentList is { Arguments.Count: > 0 } arguments
            && arguments.Arguments[0].Expression is LiteralExpressionSyntax { Token.ValueText: Tool });
}

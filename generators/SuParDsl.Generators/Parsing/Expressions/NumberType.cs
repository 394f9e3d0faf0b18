using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;

namespace SuParDsl.Generators.Parsing.Expressions;

/// <summary>
/// The type of a number. Most types are decided from the syntax, because asking the compiler about one name in a flow makes it
/// bind the whole flow, which costs more than everything else that a keystroke does here.
/// </summary>
internal static class NumberType
{
    /// <summary>The type of an expression; None if it is not a number.</summary>
    public static SpecialType Of(DeclarationContext context, ExpressionSyntax expression) =>
        Seen(context, expression)
        ?? context.ModelOf(expression).GetTypeInfo(expression, context.Cancellation).Type?.SpecialType
        ?? SpecialType.None;

    private static SpecialType? Seen(DeclarationContext context, ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax parenthesized => Seen(context, parenthesized.Expression),
        LiteralExpressionSyntax { Token.Value: int } => SpecialType.System_Int32,
        LiteralExpressionSyntax { Token.Value: double } => SpecialType.System_Double,
        IdentifierNameSyntax name => context.Find(name.Identifier.ValueText)?.SpecialType,
        BinaryExpressionSyntax binary when binary.Kind() is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression
            or SyntaxKind.MultiplyExpression or SyntaxKind.DivideExpression =>
            OfTwo(Seen(context, binary.Left), Seen(context, binary.Right)),
        _ => null,
    };

    private static SpecialType? OfTwo(SpecialType? left, SpecialType? right) => (left, right) switch
    {
        (SpecialType.System_Int32, SpecialType.System_Int32) => SpecialType.System_Int32,
        (SpecialType.System_Double, SpecialType.System_Double or SpecialType.System_Int32)
            or (SpecialType.System_Int32, SpecialType.System_Double) => SpecialType.System_Double,
        _ => null,
    };
}

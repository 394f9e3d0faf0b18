using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Expressions;

/// <summary>A constructor argument that is a size: as a formula, and as <c>Declare</c> passes it on.</summary>
internal sealed record SizeArgument(Polynomial Size, ExtentModel Extent, ExpressionSyntax? Syntax)
{
    /// <summary>The divisions in it.</summary>
    public ImmutableArray<Division> Divisions { get; init; } = [];

    /// <summary>A number that no expression states, such as a default.</summary>
    public static SizeArgument Of(long value) => new(Polynomial.Constant(value), new ExtentModel.Constant(value), null);
}

/// <summary>Reads size expressions.</summary>
internal static class SizeExpression
{
    public static SizeArgument Parse(DeclarationContext context, ExpressionSyntax expression)
    {
        StateReads.Check(context, expression);
        return Read(context, expression);
    }

    /// <summary>Reads an expression that is known to read no mutable state.</summary>
    public static SizeArgument Read(DeclarationContext context, ExpressionSyntax expression)
    {
        var (size, divisions) = Evaluate(context, expression);
        return new(size, Extent(context, expression), expression) { Divisions = divisions };
    }

    /// <summary>
    /// The formula of a size, and the divisions in it. An expression that is not arithmetic becomes one opaque name.
    /// </summary>
    public static (Polynomial Size, ImmutableArray<Division> Divisions) Evaluate(
        DeclarationContext context, ExpressionSyntax expression)
    {
        var divisions = ImmutableArray.CreateBuilder<Division>();
        return (Evaluate(context, expression, divisions), divisions.ToImmutable());
    }

    private static Polynomial Evaluate(
        DeclarationContext context, ExpressionSyntax expression, ImmutableArray<Division>.Builder divisions)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return Evaluate(context, parenthesized.Expression, divisions);
            case var _ when context.ParameterAt(expression) is { IsExtent: true } parameter:
                return parameter.Size;
            case var _ when context.DerivedAt(expression) is { } derived:
                return Evaluate(context, derived.Expression, divisions);
            case BinaryExpressionSyntax binary when IsArithmetic(binary) && Constant(context, expression) is null:
                var (left, right) = (Evaluate(context, binary.Left, divisions), Evaluate(context, binary.Right, divisions));
                return binary.Kind() switch
                {
                    SyntaxKind.AddExpression => left + right,
                    SyntaxKind.SubtractExpression => left - right,
                    SyntaxKind.MultiplyExpression => left * right,
                    SyntaxKind.DivideExpression => Divide(context, binary, left, right, divisions),
                    _ => Opaque(context, expression),
                };
            default:
                return Constant(context, expression) is { } value ? Polynomial.Constant(value) : Opaque(context, expression);
        }
    }

    /// <summary>The integer that an expression is, where the compiler knows it.</summary>
    public static long? Constant(DeclarationContext context, ExpressionSyntax expression)
    {
        if (expression is LiteralExpressionSyntax { Token.Value: int literal })
        {
            return literal;
        }

        if (ExpressionText.ParametersIn(context, expression).Count > 0)
        {
            return null;
        }

        var constant = context.ModelOf(expression).GetConstantValue(expression, context.Cancellation);
        return constant is { HasValue: true, Value: int or long or short or byte or sbyte or ushort or uint }
            ? Convert.ToInt64(constant.Value, CultureInfo.InvariantCulture)
            : null;
    }

    private static Polynomial Divide(
        DeclarationContext context, BinaryExpressionSyntax binary, Polynomial left, Polynomial right,
        ImmutableArray<Division>.Builder divisions)
    {
        var quotient = left / right;
        if (!quotient.IsIntegral && right.Count > 0)
        {
            divisions.Add(new(
                left, right, ExpressionText.Copy(context, binary.Left), ExpressionText.Copy(context, binary.Right),
                UserSyntax.OneLine(binary), Id: "SUP107", binary.Right.GetLocation()));
        }
        else if (right.Count == 0)
        {
            context.Findings.Add(
                Descriptors.Remainder, binary.Right.GetLocation(),
                left, 0, UserSyntax.OneLine(binary), "divide by a size that is not 0");
        }

        return quotient;
    }

    private static Polynomial Opaque(DeclarationContext context, ExpressionSyntax expression) =>
        Polynomial.Name("(" + ExpressionText.InWords(context, expression) + ")");

    private static ExtentModel Extent(DeclarationContext context, ExpressionSyntax expression)
    {
        if (context.DerivedAt(expression) is { } derived)
        {
            return Extent(context, derived.Expression);
        }

        if (OverExtents(context, expression) is { } arithmetic)
        {
            return arithmetic;
        }

        var extents = ExpressionText.ParametersIn(context, expression).Where(static p => p.IsExtent);
        return new ExtentModel.Computed(
            Over("Value"), Over("Base"), extents.Select(static p => p.Identifier).ToImmutableArray());

        string Over(string side) => ExpressionText.Copy(context, expression, parameter => parameter switch
        {
            { IsExtent: true, SpecialType: Microsoft.CodeAnalysis.SpecialType.System_Int32 } =>
                $"((int){parameter.Identifier}.{side})",
            { IsDeclared: true } => $"{parameter.Identifier}.{side}",
            _ => null,
        });
    }

    /// <summary>Arithmetic that extents can do themselves; null for anything else.</summary>
    private static ExtentModel? OverExtents(DeclarationContext context, ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return OverExtents(context, parenthesized.Expression) is { } inside ? new ExtentModel.Group(inside) : null;
            case var _ when context.ParameterAt(expression) is { } parameter:
                return parameter.IsExtent ? parameter.Extent : null;
            case var _ when context.DerivedAt(expression) is { Expression: var derived }:
                return OverExtents(context, derived) is not { } behind ? null
                    : UserSyntax.Unwrap(derived) is BinaryExpressionSyntax ? new ExtentModel.Group(behind) : behind;
            case BinaryExpressionSyntax binary when IsArithmetic(binary) && Constant(context, binary) is null:
                return OverExtents(context, binary.Left) is { } left && OverExtents(context, binary.Right) is { } right
                    ? new ExtentModel.Arithmetic(left, binary.OperatorToken.Text, right)
                    : null;
            default:
                return Constant(context, expression) is { } value ? new ExtentModel.Constant(value) : null;
        }
    }

    private static bool IsArithmetic(BinaryExpressionSyntax binary) => binary.Kind()
        is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression or SyntaxKind.MultiplyExpression
        or SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression;
}

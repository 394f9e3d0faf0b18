using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Expressions;

/// <summary>Reads densities and checks constant ones.</summary>
internal static class DensityExpression
{
    /// <summary>A constructor argument for a <c>[Density]</c> parameter.</summary>
    public static DensityArgument Parse(DeclarationContext context, ExpressionSyntax expression, string owner)
    {
        var parameters = ExpressionText.ParametersIn(context, expression);
        var inner = UserSyntax.Unwrap(expression);
        if (context.ParameterAt(inner) is { IsDensity: true } density)
        {
            return OfParameter(context, density);
        }

        if (parameters.Count == 0 && ConstantOf(context, expression) is { } value)
        {
            CheckConstant(context, expression, value, owner);
            return OfConstant(value, 1);
        }

        var isDeclared = parameters.Any(static p => p.IsDeclared);
        DensityModel emitted = isDeclared
            ? new DensityModel.Computed(Over("Value"), Over("Base"))
            : new DensityModel.Expression(ExpressionText.Copy(context, expression));
        return new(emitted, ExpressionText.InWords(context, expression), isDeclared ? BaseText(context, expression) : "1");

        string Over(string side) => ExpressionText.Copy(context, expression, p => p.IsDeclared ? $"{p.Identifier}.{side}" : null);
    }

    public static DensityArgument OfParameter(DeclarationContext context, Parameter parameter) =>
        new(new DensityModel.Parameter(parameter.Identifier), parameter.Name, BaseText(context, parameter));

    public static DensityArgument OfConstant(double value, double @base) =>
        new(new DensityModel.Constant(value, @base), NumberText.Of(value), NumberText.Of(@base));

    /// <summary>Reports a constant that is not a density (SUP202, SUP203); true if it is one.</summary>
    public static bool CheckConstant(DeclarationContext context, ExpressionSyntax expression, double value, string owner)
    {
        var division = UserSyntax.Unwrap(expression) as BinaryExpressionSyntax;
        var dividend = division.IsKind(SyntaxKind.DivideExpression)
            ? context.ModelOf(expression).GetConstantValue(division!.Left, context.Cancellation)
            : default;
        return DensityRange.Check(
            expression, value, dividend is { HasValue: true, Value: int and not 0 }, owner, context.Findings.Add);
    }

    /// <summary>The number that an expression is, where the compiler knows it.</summary>
    public static double? ConstantOf(DeclarationContext context, ExpressionSyntax expression)
    {
        if (expression is LiteralExpressionSyntax { Token.Value: double literal })
        {
            return literal;
        }

        var constant = context.ModelOf(expression).GetConstantValue(expression, context.Cancellation);
        return constant is { HasValue: true, Value: double or float or int or long or short or byte or decimal }
            ? Convert.ToDouble(constant.Value, CultureInfo.InvariantCulture)
            : null;
    }

    private static string BaseText(DeclarationContext context, Parameter parameter) =>
        context.Kind == DeclarationKind.Block ? parameter.Name + "₀" : NumberText.Of(parameter.DensityBase);

    private static string BaseText(DeclarationContext context, ExpressionSyntax expression) =>
        ExpressionText.Copy(context, expression, parameter =>
            parameter.IsDensity ? BaseText(context, parameter) : parameter.IsOfRecord ? parameter.Name : null);
}

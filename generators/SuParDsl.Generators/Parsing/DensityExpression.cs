using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing;

/// <summary>A density: as C# for <c>Declare</c>, and as two formulas for the table.</summary>
/// <param name="Code">A <c>TensorDensity</c>, or what converts to one.</param>
/// <param name="Value">ρ.</param>
/// <param name="Base">ρ₀.</param>
internal sealed record DensityArgument(string Code, string Value, string Base)
{
    /// <summary>The member of <c>Mask</c> that the attribute names; null for the default.</summary>
    public string? Mask { get; init; }

    /// <summary>The member of <c>Distribution</c> that the attribute names; null for the default.</summary>
    public string? Distribution { get; init; }

    /// <summary>The member of <c>SparsityMethod</c> that the attribute names; null for the default.</summary>
    public string? Method { get; init; }

    /// <summary>The member of <c>Storage</c> that the attribute names; null for the default.</summary>
    public string? Storage { get; init; }

    /// <summary>Whether it is distributed over the layers of every role, not over hidden ones alone.</summary>
    public bool CoversAll => Distribution?.EndsWith(".ErdosRenyiAll", StringComparison.Ordinal) == true;

    /// <summary>The mask that the attribute names, and where; null for the default.</summary>
    public (Mask Kind, Location Place)? Pattern { get; init; }

    /// <summary>How the mask moves, and where the attribute says so; null where it stays.</summary>
    public (SparsityMethod By, Location Place)? Moves { get; init; }

    /// <summary>ρ, and how the mask moves where it does.</summary>
    public string InWords => Value != "1" && Moves is var (method, _) ? $"{Value}, its mask moves by {method}" : Value;

    /// <summary>m_ρ as text; null where it is 1.</summary>
    public string? Multiplier => Value == Base ? null
        : Base == "1" ? Formula.Atom(Value)
        : $"{Formula.Atom(Value)}/{Formula.Atom(Base)}";
}

/// <summary>Reads densities, and refuses constants that are none.</summary>
internal static class DensityExpression
{
    /// <summary>A constructor argument for a <c>[Density]</c> parameter.</summary>
    public static DensityArgument Parse(DeclarationContext context, ExpressionSyntax expression, string owner)
    {
        var parameters = ExpressionText.ParametersIn(context, expression);
        foreach (var parameter in parameters)
        {
            context.Use(parameter.Name);
        }

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

        var code = parameters.Any(static p => p.IsDeclared)
            ? $"new global::SuParDsl.TensorDensity({Over("Value")}, {Over("Base")})"
            : ExpressionText.Copy(context, expression);
        var atBase = parameters.Any(static p => p.IsDeclared) ? BaseText(context, expression) : "1";
        return new(code, ExpressionText.InWords(context, expression), atBase);

        string Over(string side) => ExpressionText.Copy(context, expression, p => p.IsDeclared ? $"{p.Identifier}.{side}" : null);
    }

    public static DensityArgument OfParameter(DeclarationContext context, Parameter parameter, bool isUsed = true)
    {
        if (isUsed)
        {
            context.Use(parameter.Name);
        }

        return new(parameter.Identifier, parameter.Name, BaseText(context, parameter));
    }

    public static DensityArgument OfConstant(double value, double @base)
    {
        var code = @base == 1 ? Literal(value) : $"new global::SuParDsl.TensorDensity({Literal(value)}, {Literal(@base)})";
        return new(code, Number(value), Number(@base));
    }

    /// <summary>Reports a constant that is no density (SUP202, SUP203); true where it is one.</summary>
    public static bool CheckConstant(DeclarationContext context, ExpressionSyntax expression, double value, string owner)
    {
        var division = UserSyntax.Unwrap(expression) as BinaryExpressionSyntax;
        var dividend = division.IsKind(SyntaxKind.DivideExpression)
            ? context.ModelOf(expression).GetConstantValue(division!.Left, context.Cancellation)
            : default;
        return Check(expression, value, dividend is { HasValue: true, Value: int and not 0 }, owner, context.Findings.Add);
    }

    /// <summary>The same wherever a constant density is written.</summary>
    public static bool Check(
        ExpressionSyntax expression, double value, bool isIntegerDivision, string owner, Action<Diagnostic> report)
    {
        if (value is > 0 and <= 1)
        {
            return true;
        }

        if (value == 0 && isIntegerDivision)
        {
            var text = UserSyntax.OneLine(UserSyntax.Unwrap(expression));
            report(Diagnostic.Create(Descriptors.IntegerDensity, expression.GetLocation(), text, 0, text + ".0"));
            return false;
        }

        var remedy = value is >= 5 and <= 100 ? $"did you mean {Number(value / 100)}?" : "1 is dense, 0.25 keeps a quarter";
        report(Diagnostic.Create(Descriptors.DensityRange, expression.GetLocation(), owner, Number(value), remedy));
        return false;
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

    public static string Literal(double value) => value switch
    {
        _ when double.IsNaN(value) => "double.NaN",
        _ when double.IsPositiveInfinity(value) => "double.PositiveInfinity",
        _ when double.IsNegativeInfinity(value) => "double.NegativeInfinity",
        _ => Number(value) + "d",
    };

    private static string BaseText(DeclarationContext context, Parameter parameter) =>
        context.Kind == Model.DeclarationKind.Block ? parameter.Name + "₀" : Number(parameter.DensityBase);

    private static string BaseText(DeclarationContext context, ExpressionSyntax expression) =>
        ExpressionText.Copy(context, expression, parameter =>
            parameter.IsDensity ? BaseText(context, parameter) : parameter.IsOfRecord ? parameter.Name : null);

    /// <summary>A number as text that reads back as the same number.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Says what to write where two sizes differ that must be equal.</summary>
internal static class SizeRemedies
{
    /// <summary>The remedy where a layer is given an axis of another size.</summary>
    /// <param name="context">The class.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="parameter">The parameter of the layer that states the size; null if none does.</param>
    /// <param name="given">The size that the layer is given.</param>
    /// <param name="wanted">The size that it takes.</param>
    public static string OfLayer(
        DeclarationContext context, string layer, string? parameter, Polynomial given, Polynomial wanted)
    {
        var code = parameter is null ? null : Code(context, given);
        var other = $"give it {new Shape(null, [wanted]).InWords()}";
        return Reason(context, given, wanted) + (code is null ? $"{other}, or declare '{layer}' for what it is given"
            : $"write {code} for '{parameter}' of '{layer}', or {other}");
    }

    /// <summary>The remedy where two tensors have different sizes.</summary>
    public static string Equal(DeclarationContext context, Polynomial first, Polynomial second) =>
        Reason(context, first, second) + "make both sizes equal";

    private static string? Code(DeclarationContext context, Polynomial size) =>
        PolynomialText.CSharp(size, name => context.Find(name)?.Code ?? Quotient(context, name));

    /// <summary>A rounded quotient of two parameters, ⌊image/patch⌋, as C#; null for every other name.</summary>
    private static string? Quotient(DeclarationContext context, string name) =>
        name.Trim('⌊', '⌋').Split('/') is [var size, var divisor] && context.Find(size) is { } whole
        && context.Find(divisor) is { } part ? $"({whole.Code} / {part.Code})" : null;

    // Equal numbers beside "must be equal" need an explanation.
    private static string Reason(DeclarationContext context, Polynomial given, Polynomial wanted) =>
        context.AtBase(given) is { } first && context.AtBase(wanted) is { } second && first.Equals(second)
            ? "they are equal at the base only: " : string.Empty;
}

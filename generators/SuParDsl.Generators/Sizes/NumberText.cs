using System.Globalization;

namespace SuParDsl.Generators.Sizes;

/// <summary>Writes numbers as text, the same under every culture.</summary>
internal static class NumberText
{
    /// <summary>A number as text that reads back as the same number.</summary>
    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A number as a C# expression of type <c>double</c>.</summary>
    public static string Literal(double value) => value switch
    {
        _ when double.IsNaN(value) => "double.NaN",
        _ when double.IsPositiveInfinity(value) => "double.PositiveInfinity",
        _ when double.IsNegativeInfinity(value) => "double.NegativeInfinity",
        _ => Of(value) + "d",
    };
}

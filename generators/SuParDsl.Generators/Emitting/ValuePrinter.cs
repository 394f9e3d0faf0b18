using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints sizes, densities and members of the library's enumerations.</summary>
internal static class ValuePrinter
{
    private const string Density = EmittedNames.Library + "TensorDensity";

    public static string Print(ExtentModel extent) => extent switch
    {
        ExtentModel.Parameter parameter => parameter.Identifier,
        ExtentModel.Constant constant => Rational.Text(constant.Value),
        ExtentModel.Arithmetic arithmetic => $"{Print(arithmetic.Left)} {arithmetic.Operator} {Print(arithmetic.Right)}",
        ExtentModel.Group group => $"({Print(group.Inner)})",
        ExtentModel.Computed computed => $"new {EmittedNames.Extent}({computed.Value}, {computed.Base}, {Scales(computed)})",
        ExtentModel.Formula formula => Print(formula),
        _ => throw new InvalidOperationException($"{extent.GetType().Name} cannot be printed"),
    };

    public static string Print(DensityModel density) => density switch
    {
        DensityModel.Parameter parameter => parameter.Identifier,
        DensityModel.Constant { Base: 1 } constant => NumberText.Literal(constant.Value),
        DensityModel.Constant constant =>
            $"new {Density}({NumberText.Literal(constant.Value)}, {NumberText.Literal(constant.Base)})",
        DensityModel.Computed computed => $"new {Density}({computed.Value}, {computed.Base})",
        DensityModel.Expression expression => expression.Code,
        _ => throw new InvalidOperationException($"{density.GetType().Name} cannot be printed"),
    };

    /// <summary>The member of an enumeration; a value without one is printed as a cast.</summary>
    public static string Print(LibraryEnum value) => value.Member is { } member
        ? $"{EmittedNames.Library}{value.Type}.{member}"
        : $"({EmittedNames.Library}{value.Type})({value.Number})";

    /// <summary>A named argument with a comma before it; nothing where the default is meant.</summary>
    public static string Optional(string name, string? value) => value is null ? string.Empty : $", {name}: {value}";

    /// <summary>A named argument with a comma before it; nothing where the default is meant.</summary>
    public static string Optional(string name, LibraryEnum? value) =>
        value is null ? string.Empty : Optional(name, Print(value));

    private static string Scales(ExtentModel.Computed computed) => computed.Scaling.Count == 0
        ? "false"
        : string.Join(" || ", computed.Scaling.Select(static parameter => parameter + ".Scales"));

    private static string Print(ExtentModel.Formula formula)
    {
        var arguments = formula.Arguments.ToDictionary(static a => a.Name, static a => Print(a.Extent), StringComparer.Ordinal);
        return Identifiers.Replace(formula.Text.Replace("·", " * "), name => Formula.Atom(arguments[name]));
    }
}

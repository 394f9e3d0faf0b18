using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>
/// Describes the parameters of a class for the emitters: their properties in the record of sizes, and their use in
/// <c>Declare</c>.
/// </summary>
internal static class ParameterModels
{
    // Names that a record called Size already has or may not have.
    private static readonly string[] Reserved =
    [
        "Size", "Clone", "Deconstruct", "EqualityContract", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone",
        "PrintMembers",
        "ReferenceEquals", "ToString",
    ];

    public static EquatableArray<ParameterModel> Of(DeclarationContext context)
    {
        var names = new HashSet<string>(Reserved, StringComparer.Ordinal);
        return context.Parameters.Select(parameter => Model(context, parameter, names)).ToImmutableArray();
    }

    private static ParameterModel Model(DeclarationContext context, Parameter parameter, HashSet<string> names)
    {
        var isModel = context.Kind == DeclarationKind.Model;
        return new(
            parameter.Identifier, parameter.IsOfRecord ? UserSyntax.Escape(parameter.Name) : Property(parameter.Name, names),
            parameter.Type, Summary(parameter), Initial(parameter),
            parameter.IsExtent ? ParameterUse.Extent : parameter.IsDensity ? ParameterUse.Density : ParameterUse.Captured,
            isModel ? Declared(parameter) : null);
    }

    /// <summary>What a model passes to its own <c>Declare</c>: the parameter's value with its base.</summary>
    private static DeclaredValue? Declared(Parameter parameter) => parameter switch
    {
        { Scales: true, Base: { } value } => new DeclaredValue.Scaling(parameter.Code, value),
        { IsExtent: true } => new DeclaredValue.Fixed(parameter.Code, parameter.DefaultSize),
        { IsDensity: true } => new DeclaredValue.Density(parameter.Code, parameter.DensityBase),
        _ => null,
    };

    private static string Property(string parameter, HashSet<string> names)
    {
        var trimmed = parameter.TrimStart('_');
        var name = trimmed.Length == 0 || !char.IsLetter(trimmed[0])
            ? "P" + trimmed
            : char.ToUpperInvariant(trimmed[0]) + trimmed.Substring(1);
        while (!names.Add(name))
        {
            name += "Value";
        }

        return UserSyntax.Escape(name);
    }

    /// <summary>The value in the base model; null where the user must give one.</summary>
    private static string? Initial(Parameter parameter) => parameter switch
    {
        { Scales: true, Base: { } value } => Rational.Text(value),
        { IsDensity: true } => NumberText.Literal(parameter.DensityBase),
        _ => parameter.DefaultText,
    };

    private static string Summary(Parameter parameter)
    {
        var @base = parameter.Base is { } value ? $"; {Rational.Text(value)} at the base" : string.Empty;
        return parameter.Kind switch
        {
            ParameterKind.Width => $"{parameter.Name}, which scales with width{@base}.",
            ParameterKind.Depth => $"{parameter.Name}, which scales with depth{@base}.",
            ParameterKind.Density =>
                $"{parameter.Name}, in (0, 1]; {NumberText.Of(parameter.DensityBase)} at the base.",
            ParameterKind.InitStd => $"{parameter.Name}, the base initial standard deviation.",
            ParameterKind.Multiplier => $"{parameter.Name}, a multiplier of the flow.",
            ParameterKind.Rule => $"{parameter.Name}, the parameterization.",
            _ => $"{parameter.Name}, which does not scale.",
        };
    }
}

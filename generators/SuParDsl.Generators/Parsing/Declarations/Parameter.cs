using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>What a parameter of a primary constructor is for.</summary>
internal enum ParameterKind
{
    /// <summary>A size that scales with width.</summary>
    Width,

    /// <summary>A count that scales with depth.</summary>
    Depth,

    /// <summary>A size that does not scale.</summary>
    Size,

    /// <summary>A density.</summary>
    Density,

    /// <summary>The base initial standard deviation.</summary>
    InitStd,

    /// <summary>A forward multiplier.</summary>
    Multiplier,

    /// <summary>The rule.</summary>
    Rule,

    /// <summary>Anything else.</summary>
    Plain,
}

/// <summary>A parameter of a model's or block's primary constructor, or of the record of sizes that it takes.</summary>
internal sealed record Parameter
{
    private static readonly SymbolDisplayFormat TypeFormat = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    // The parameter keeps values and no symbols, because a result outlives the compilation that it was read from.
    /// <param name="symbol">The parameter.</param>
    /// <param name="syntax">Its declaration, where that is in source.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="record">The class's parameter that holds the record; null for a parameter of the class itself.</param>
    public Parameter(IParameterSymbol symbol, ParameterSyntax? syntax, ParameterKind kind, string? record = null)
    {
        var value = symbol.HasExplicitDefaultValue ? symbol.ExplicitDefaultValue : null;
        (Name, Syntax, Kind, IsOfRecord) = (symbol.Name, syntax, kind, record is not null);
        Size = Polynomial.Name(symbol.Name);
        Identifier = UserSyntax.Escape(symbol.Name);
        Code = (record is null ? string.Empty : UserSyntax.Escape(record) + ".") + Identifier;
        Type = symbol.Type.ToDisplayString(TypeFormat);
        SpecialType = symbol.Type.SpecialType;
        HasDefault = symbol.HasExplicitDefaultValue;
        DefaultText = Literals.Of(symbol);
        DefaultNumber = value as double?;
        DefaultRule = kind == ParameterKind.Rule && value is int rule ? (Rule)rule : null;
        DefaultSize = value is int or long ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;
    }

    public ParameterSyntax? Syntax { get; }

    public ParameterKind Kind { get; }

    public string Name { get; }

    /// <summary>The size that it is.</summary>
    public Polynomial Size { get; }

    /// <summary>The name of the parameter in <c>Declare</c>.</summary>
    public string Identifier { get; init; }

    /// <summary>The size that <c>Declare</c> passes on for it.</summary>
    public ExtentModel Extent => new ExtentModel.Parameter(Identifier);

    /// <summary>How the class reads it: <c>width</c>, or <c>s.Width</c>.</summary>
    public string Code { get; init; }

    /// <summary>Whether it is a property of the class's record of sizes.</summary>
    public bool IsOfRecord { get; }

    public string Type { get; }

    public SpecialType SpecialType { get; }

    public bool HasDefault { get; }

    /// <summary>The default as C#; null where there is none.</summary>
    public string? DefaultText { get; }

    /// <summary>The default of a double.</summary>
    public double? DefaultNumber { get; }

    /// <summary>The default of a rule.</summary>
    public Rule? DefaultRule { get; }

    /// <summary>The default of a size.</summary>
    public long? DefaultSize { get; }

    /// <summary>The base of a model's marked size, where it has a usable one.</summary>
    public long? Base { get; init; }

    /// <summary>The density at the base.</summary>
    public double DensityBase { get; init; } = 1;

    /// <summary>CompleteP's α, where a <c>[MuDepth]</c> states one.</summary>
    public double? Alpha { get; init; }

    public bool Scales => Kind is ParameterKind.Width or ParameterKind.Depth;

    /// <summary>Whether <c>Declare</c> passes it as an extent.</summary>
    public bool IsExtent => Kind is ParameterKind.Width or ParameterKind.Depth or ParameterKind.Size;

    public bool IsDensity => Kind == ParameterKind.Density;

    /// <summary>Whether it is marked <c>[Density]</c>, of whatever type it is.</summary>
    public bool IsMarkedDensity { get; init; }

    /// <summary>Whether <c>Declare</c> passes it on; the others are read by capture.</summary>
    public bool IsDeclared => IsExtent || IsDensity;
}

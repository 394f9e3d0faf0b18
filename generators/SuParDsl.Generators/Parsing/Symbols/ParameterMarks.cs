using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Parsing.Symbols;

/// <summary>The attributes of the language that a parameter carries.</summary>
internal static class ParameterMarks
{
    private static readonly string[] Marks =
        [KnownNames.MuWidth, KnownNames.MuDepth, KnownNames.Density, KnownNames.InitStd, KnownNames.Multiplier];

    /// <summary>Whether an attribute marks a size, a density or another number of a model.</summary>
    public static bool IsMark(AttributeData data) => Marks.Any(mark => KnownNames.IsLibraryType(data.AttributeClass, mark));

    /// <summary>Whether a parameter carries a mark of the language.</summary>
    public static bool IsMarked(IParameterSymbol symbol) => Marks.Any(mark => Find(symbol, mark) is not null);

    /// <summary>The attribute on a parameter; for a parameter of a record it may also stand on the property.</summary>
    public static AttributeData? Find(IParameterSymbol symbol, string attribute) => KnownNames.Find(symbol, attribute)
        ?? (RecordSymbols.PropertyOf(symbol.ContainingType, symbol) is { } property
            ? KnownNames.Find(property, attribute)
            : null);
}

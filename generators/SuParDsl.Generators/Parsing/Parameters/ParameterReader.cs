using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Parsing.Parameters;

/// <summary>Reads parameters and their attributes without checking them.</summary>
internal static class ParameterReader
{
    /// <summary>The parameters of a block of another assembly.</summary>
    public static ImmutableArray<Parameter> Read(IMethodSymbol constructor) =>
        [.. constructor.Parameters.SelectMany(static symbol => SizeRecord.TypeOf(symbol) is { } record
            ? RecordSymbols.PrimaryConstructor(record)!.Parameters.Select(size => Read(size, null, symbol.Name))
            : [Read(symbol, null)])];

    /// <summary>Reads a parameter without checking it.</summary>
    public static Parameter Read(IParameterSymbol symbol, ParameterSyntax? syntax, string? record = null)
    {
        var parameter = new Parameter(symbol, syntax, KindOf(symbol), record);
        var mark = ParameterMarks.Find(symbol, parameter.Kind == ParameterKind.Depth ? KnownNames.MuDepth : KnownNames.MuWidth);
        var density = parameter.IsDensity ? ParameterMarks.Find(symbol, KnownNames.Density) : null;
        return parameter with
        {
            Base = parameter.Scales && mark is { ConstructorArguments: [{ Value: int and > 0 and var value }] } ? value : null,
            Alpha = parameter.Kind == ParameterKind.Depth && mark is not null ? KnownNames.Named<double>(mark, "Alpha") : null,
            IsMarkedDensity = ParameterMarks.Find(symbol, KnownNames.Density) is not null,
            DensityBase = density is null ? 1 : KnownNames.Named<double>(density, "Base") ?? 1,
        };
    }

    private static ParameterKind KindOf(IParameterSymbol symbol)
    {
        var isSize = symbol.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64;
        var isNumber = symbol.Type.SpecialType == SpecialType.System_Double;
        return symbol switch
        {
            _ when isSize && ParameterMarks.Find(symbol, KnownNames.MuWidth) is not null => ParameterKind.Width,
            _ when isSize && ParameterMarks.Find(symbol, KnownNames.MuDepth) is not null => ParameterKind.Depth,
            _ when isSize => ParameterKind.Size,
            _ when isNumber && ParameterMarks.Find(symbol, KnownNames.Density) is not null => ParameterKind.Density,
            _ when isNumber && ParameterMarks.Find(symbol, KnownNames.InitStd) is not null => ParameterKind.InitStd,
            _ when isNumber && ParameterMarks.Find(symbol, KnownNames.Multiplier) is not null => ParameterKind.Multiplier,
            _ when KnownNames.IsLibraryType(symbol.Type, nameof(Rule)) => ParameterKind.Rule,
            _ => ParameterKind.Plain,
        };
    }
}

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
        if (parameter.Scales && mark is { ConstructorArguments: [{ Value: int value }] } && value > 0)
        {
            parameter.Base = value;
        }

        if (parameter.Kind == ParameterKind.Depth && mark is not null)
        {
            parameter.Alpha = KnownNames.Named<double>(mark, "Alpha");
        }

        if (parameter.IsDensity && ParameterMarks.Find(symbol, KnownNames.Density) is { } density)
        {
            parameter.DensityBase = KnownNames.Named<double>(density, "Base") ?? 1;
        }

        return parameter;
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

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing;

/// <summary>Reads the sizes, densities and other parameters of a primary constructor.</summary>
internal static class ParameterParser
{
    private static readonly string[] Marks =
        [KnownNames.MuWidth, KnownNames.MuDepth, KnownNames.Density, KnownNames.InitStd, KnownNames.Multiplier];

    /// <summary>The parameters of a class in source, with what is wrong about them.</summary>
    public static ImmutableArray<Parameter> Parse(DeclarationContext context, IMethodSymbol constructor)
    {
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        foreach (var symbol in constructor.Parameters)
        {
            if (RecordParser.IsRecord(symbol))
            {
                parameters.AddRange(RecordParser.Parse(context, constructor, symbol));
                continue;
            }

            var parameter = Read(symbol, Syntax(symbol));
            parameters.Add(parameter);
            Check(context, symbol, parameter);
        }

        if (context is { Kind: DeclarationKind.Model, Findings.IsBroken: false }
            && !parameters.Any(static p => p.Kind == ParameterKind.Width))
        {
            context.Findings.Add(Descriptors.NothingScales, context.Part.Identifier.GetLocation(), context.Type.Name);
        }

        return parameters.ToImmutable();

        ParameterSyntax? Syntax(IParameterSymbol symbol) =>
            symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.Cancellation) as ParameterSyntax;
    }

    /// <summary>The parameters of a block of another assembly.</summary>
    public static ImmutableArray<Parameter> Read(IMethodSymbol constructor) =>
        [.. constructor.Parameters.SelectMany(static symbol => SizeRecord.TypeOf(symbol) is { } record
            ? SizeRecord.PrimaryConstructor(record)!.Parameters.Select(size => Read(size, null, symbol.Name))
            : [Read(symbol, null)])];

    /// <summary>Whether an attribute marks a size, a density or another number of a model.</summary>
    public static bool IsMark(AttributeData data) => Marks.Any(mark => KnownNames.IsOurs(data.AttributeClass, mark));

    /// <summary>Whether a parameter carries a mark of the language.</summary>
    public static bool IsMarked(IParameterSymbol symbol) => Marks.Any(mark => MarkOf(symbol, mark) is not null);

    /// <summary>The mark on a parameter; on a record's, the attribute may also be on its property.</summary>
    public static AttributeData? MarkOf(IParameterSymbol symbol, string attribute) => KnownNames.Find(symbol, attribute)
        ?? (SizeRecord.PropertyOf(symbol.ContainingType, symbol) is { } property ? KnownNames.Find(property, attribute) : null);

    /// <summary>A parameter without a check of it.</summary>
    public static Parameter Read(IParameterSymbol symbol, ParameterSyntax? syntax, string? record = null)
    {
        var parameter = new Parameter(symbol, syntax, KindOf(symbol), record);
        var mark = MarkOf(symbol, parameter.Kind == ParameterKind.Depth ? KnownNames.MuDepth : KnownNames.MuWidth);
        if (parameter.Scales && mark is { ConstructorArguments: [{ Value: int value }] } && value > 0)
        {
            parameter.Base = value;
        }

        if (parameter.Kind == ParameterKind.Depth && mark is not null)
        {
            parameter.Alpha = KnownNames.Named<double>(mark, "Alpha");
        }

        if (parameter.IsDensity && MarkOf(symbol, KnownNames.Density) is { } density)
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
            _ when isSize && MarkOf(symbol, KnownNames.MuWidth) is not null => ParameterKind.Width,
            _ when isSize && MarkOf(symbol, KnownNames.MuDepth) is not null => ParameterKind.Depth,
            _ when isSize => ParameterKind.Size,
            _ when isNumber && MarkOf(symbol, KnownNames.Density) is not null => ParameterKind.Density,
            _ when isNumber && MarkOf(symbol, KnownNames.InitStd) is not null => ParameterKind.InitStd,
            _ when isNumber && MarkOf(symbol, KnownNames.Multiplier) is not null => ParameterKind.Multiplier,
            _ when KnownNames.IsOurs(symbol.Type, nameof(Rule)) => ParameterKind.Rule,
            _ => ParameterKind.Plain,
        };
    }

    /// <summary>What is wrong with a parameter and the marks on it.</summary>
    public static void Check(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        switch (parameter.Kind)
        {
            case ParameterKind.Width:
                CheckBase(context, symbol, parameter, KnownNames.MuWidth, "MuWidth");
                break;
            case ParameterKind.Depth:
                CheckBase(context, symbol, parameter, KnownNames.MuDepth, "MuDepth");
                CheckAlpha(context, symbol, parameter);
                break;
            case ParameterKind.Density:
                CheckDensity(context, symbol, parameter);
                break;
        }

        CheckEffect(context, symbol, parameter);
    }

    /// <summary>A model's size must state its base (SUP301).</summary>
    public static void CheckHasBase(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        var (attribute, shortName, example) = parameter.Kind switch
        {
            ParameterKind.Width => (KnownNames.MuWidth, "MuWidth", "256"),
            ParameterKind.Depth => (KnownNames.MuDepth, "MuDepth", "4"),
            _ => default,
        };
        if (attribute is not null && MarkOf(symbol, attribute) is { ConstructorArguments: not [{ Value: int }] } mark)
        {
            var @base = parameter.DefaultSize is { } size and > 0 ? Rational.Text(size) : example;
            context.Findings.Add(
                Descriptors.NoBase, KnownNames.LocationOf(mark, context.Cancellation), parameter.Name, context.Type.Name,
                shortName, @base);
        }
    }

    private static void CheckBase(
        DeclarationContext context, IParameterSymbol symbol, Parameter parameter, string attribute, string shortName)
    {
        var mark = MarkOf(symbol, attribute)!;
        var location = AttributeText.Argument(mark, 0, context.Cancellation)?.GetLocation()
            ?? KnownNames.LocationOf(mark, context.Cancellation);
        if (mark.ConstructorArguments is not [{ Value: int stated }])
        {
            if (context is { Kind: DeclarationKind.Model, Type.IsRecord: false })
            {
                CheckHasBase(context, symbol, parameter);
            }

            return;
        }

        if (context.Kind == DeclarationKind.Block)
        {
            context.Findings.Add(Descriptors.BlockBase, location, parameter.Name, context.Type.Name, shortName);
        }
        else if (stated <= 0)
        {
            context.Findings.Add(Descriptors.BadBase, location, parameter.Name, stated);
        }
        else if (parameter.DefaultSize is { } size && size != stated)
        {
            var initial = parameter.Syntax?.Default?.Value.GetLocation() ?? KnownNames.LocationOf(mark, context.Cancellation);
            context.Findings.Add(Descriptors.DefaultIsNotBase, initial, parameter.Name, size, stated);
        }
    }

    private static void CheckAlpha(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        if (parameter.Alpha is { } alpha && alpha is not (>= 0.5 and <= 1))
        {
            var mark = MarkOf(symbol, KnownNames.MuDepth)!;
            var location = AttributeText.Argument(mark, "Alpha", context.Cancellation)?.GetLocation()
                ?? KnownNames.LocationOf(mark, context.Cancellation);
            context.Findings.Add(Descriptors.BadAlpha, location, parameter.Name, DensityExpression.Number(alpha));
            parameter.Alpha = null;
        }
    }

    private static void CheckDensity(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        var mark = MarkOf(symbol, KnownNames.Density)!;
        if (AttributeText.Argument(mark, "Base", context.Cancellation) is { } stated
            && !DensityExpression.CheckConstant(context, stated, parameter.DensityBase,
                $"The base density of '{parameter.Name}'"))
        {
            parameter.DensityBase = 1;
        }

        if (parameter.Syntax?.Default is { } initial && parameter.DefaultNumber is { } value)
        {
            DensityExpression.CheckConstant(context, initial.Value, value, $"The default of '{parameter.Name}'");
        }
    }

    /// <summary>A mark on a parameter of a type that it cannot mean anything for.</summary>
    private static void CheckEffect(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        (string Attribute, bool Takes, string Wants)[] marks =
        [
            (KnownNames.MuWidth, parameter.Kind == ParameterKind.Width, "a size is an int"),
            (KnownNames.MuDepth, parameter.Kind == ParameterKind.Depth, "a count is an int, and not also a width"),
            (KnownNames.Density, parameter.Kind == ParameterKind.Density, "a density is a double"),
            (KnownNames.InitStd, parameter.Kind == ParameterKind.InitStd && context.Kind == DeclarationKind.Model,
                "it is a double of a [Model]"),
            (KnownNames.Multiplier, parameter.Kind == ParameterKind.Multiplier && context.Kind == DeclarationKind.Model,
                "it is a double of a [Model]"),
        ];
        foreach (var (attribute, takes, wants) in marks)
        {
            if (!takes && MarkOf(symbol, attribute) is { } mark)
            {
                var name = attribute.Substring(0, attribute.Length - "Attribute".Length);
                context.Findings.Add(
                    Descriptors.NoEffect, KnownNames.LocationOf(mark, context.Cancellation), name, parameter.Name, wants);
            }
        }
    }
}

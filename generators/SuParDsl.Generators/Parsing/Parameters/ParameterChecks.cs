using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Parameters;

/// <summary>Reports what is wrong with the attributes of a parameter.</summary>
internal static class ParameterChecks
{
    /// <summary>
    /// Reports what is wrong with a parameter and its attributes, and returns the parameter without the wrong values.
    /// </summary>
    public static Parameter Check(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        switch (parameter.Kind)
        {
            case ParameterKind.Width:
                CheckBase(context, symbol, parameter, KnownNames.MuWidth, "MuWidth");
                break;
            case ParameterKind.Depth:
                CheckBase(context, symbol, parameter, KnownNames.MuDepth, "MuDepth");
                parameter = CheckAlpha(context, symbol, parameter);
                break;
            case ParameterKind.Density:
                parameter = CheckDensity(context, symbol, parameter);
                break;
        }

        CheckEffect(context, symbol, parameter);
        return parameter;
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
        if (attribute is not null
            && ParameterMarks.Find(symbol, attribute) is { ConstructorArguments: not [{ Value: int }] } mark)
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
        var mark = ParameterMarks.Find(symbol, attribute)!;
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

    private static Parameter CheckAlpha(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        if (parameter.Alpha is not { } alpha || alpha is >= 0.5 and <= 1)
        {
            return parameter;
        }

        var mark = ParameterMarks.Find(symbol, KnownNames.MuDepth)!;
        var location = AttributeText.Argument(mark, "Alpha", context.Cancellation)?.GetLocation()
            ?? KnownNames.LocationOf(mark, context.Cancellation);
        context.Findings.Add(Descriptors.BadAlpha, location, parameter.Name, NumberText.Of(alpha));
        return parameter with { Alpha = null };
    }

    private static Parameter CheckDensity(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        var mark = ParameterMarks.Find(symbol, KnownNames.Density)!;
        var isBaseWrong = AttributeText.Argument(mark, "Base", context.Cancellation) is { } stated
            && !DensityExpression.CheckConstant(context, stated, parameter.DensityBase,
                $"The base density of '{parameter.Name}'");
        if (parameter.Syntax?.Default is { } initial && parameter.DefaultNumber is { } value)
        {
            DensityExpression.CheckConstant(context, initial.Value, value, $"The default of '{parameter.Name}'");
        }

        return isBaseWrong ? parameter with { DensityBase = 1 } : parameter;
    }

    /// <summary>Reports attributes that have no meaning for the type of the parameter.</summary>
    private static void CheckEffect(DeclarationContext context, IParameterSymbol symbol, Parameter parameter)
    {
        if (parameter is { IsMarkedDensity: true, IsDensity: false })
        {
            context.Findings.Add(
                Descriptors.DensityType,
                parameter.Syntax?.Type?.GetLocation()
                    ?? KnownNames.LocationOf(ParameterMarks.Find(symbol, KnownNames.Density)!, context.Cancellation),
                parameter.Name, symbol.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
        }

        const string ToInt = "write int for its type, or remove the attribute", Remove = "remove it";
        (string Attribute, bool Takes, string Wants, string Remedy)[] marks =
        [
            (KnownNames.MuWidth, parameter.Kind == ParameterKind.Width, "a size must be an int", ToInt),
            (KnownNames.MuDepth, parameter.Kind == ParameterKind.Depth, "a count must be an int and cannot also be a width",
                parameter.Kind == ParameterKind.Width ? Remove : ToInt),
            (KnownNames.InitStd, parameter.Kind == ParameterKind.InitStd && context.Kind == DeclarationKind.Model,
                "it needs a double parameter of a [Model]", Remove),
            (KnownNames.Multiplier, parameter.Kind == ParameterKind.Multiplier && context.Kind == DeclarationKind.Model,
                "it needs a double parameter of a [Model]", Remove),
        ];
        foreach (var (attribute, takes, wants, remedy) in marks)
        {
            if (!takes && ParameterMarks.Find(symbol, attribute) is { } mark)
            {
                var name = attribute.Substring(0, attribute.Length - "Attribute".Length);
                context.Findings.Add(
                    Descriptors.NoEffect, KnownNames.LocationOf(mark, context.Cancellation), name, parameter.Name, wants, remedy);
            }
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Reads the arguments of a raw weight: its sizes, and its initialization if it is stated.</summary>
internal static class WeightArguments
{
    public static LayerArguments Read(
        DeclarationContext context, LayerProperty layer, ArgumentReader reader, BaseObjectCreationExpressionSyntax creation)
    {
        var sizes = ImmutableArray.CreateBuilder<SizeArgument>();
        TensorInitialization? start = null;
        var isBroken = false;
        foreach (var argument in creation.ArgumentList?.Arguments ?? [])
        {
            var type = context.ModelOf(argument).GetTypeInfo(argument.Expression, context.Cancellation).Type;
            if (KnownNames.IsLibraryType(type, "Init"))
            {
                start = StartOf(argument.Expression);
            }
            else if (reader.ReadSize("sizes", argument.Expression, 1) is { } size)
            {
                sizes.Add(size);
            }
            else
            {
                isBroken = true;
            }
        }

        isBroken |= sizes.Count == 0;
        var mark = KnownNames.Find(layer.Symbol, KnownNames.Fan);
        var fan = mark is null ? null : FanOf(mark, sizes.Count);
        if (mark is not null && fan is null && !isBroken)
        {
            context.Findings.Add(
                Descriptors.NoRole, KnownNames.LocationOf(mark, context.Cancellation), layer.Name,
                $"has axes 0 to {Rational.Text(sizes.Count - 1)}, of which [Fan] must name two", "[Fan(In = 1, Out = 0)]");
            isBroken = true;
        }

        var scaling = sizes.Count(size => context.Scales(size.Size));
        if (scaling > 1 && fan is null && !isBroken)
        {
            var remedy = sizes.Count == 2 ? "[Fan(In = 1, Out = 0)]" : "[Fan(In = …, Out = …)]";
            context.Findings.Add(
                Descriptors.NoRole, layer.Location, layer.Name, $"has {Rational.Text(scaling)} axes that scale", remedy);
        }

        return new() { SizeList = sizes.ToImmutable(), Start = start, Fan = fan, IsBroken = isBroken };
    }

    /// <summary>The axes that a <c>[Fan]</c> names; null where they are not two of the weight's axes.</summary>
    private static (int In, int Out)? FanOf(AttributeData fan, int axes)
    {
        var (inputs, outputs) = (KnownNames.Named<int>(fan, "In") ?? 0, KnownNames.Named<int>(fan, "Out") ?? 0);
        return axes > 1 && inputs != outputs && inputs >= 0 && inputs < axes && outputs >= 0 && outputs < axes
            ? (inputs, outputs)
            : null;
    }

    private static TensorInitialization? StartOf(ExpressionSyntax expression) =>
        (UserSyntax.Unwrap(expression) as MemberAccessExpressionSyntax)?.Name.Identifier.ValueText switch
        {
            nameof(TensorInitialization.Ones) => TensorInitialization.Ones,
            nameof(TensorInitialization.Zeros) => TensorInitialization.Zeros,
            nameof(TensorInitialization.Uniform) => TensorInitialization.Uniform,
            nameof(TensorInitialization.Normal) => TensorInitialization.Normal,
            _ => null,
        };
}

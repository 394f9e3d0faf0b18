using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Reads the arguments of a raw weight: its sizes, and its initialization if it is stated.</summary>
internal static class WeightArguments
{
    public static void Read(DeclarationContext context, Layer layer, BaseObjectCreationExpressionSyntax creation)
    {
        foreach (var argument in creation.ArgumentList?.Arguments ?? [])
        {
            if (KnownNames.IsLibraryType(context.ModelOf(argument).GetTypeInfo(argument.Expression, context.Cancellation).Type, "Init"))
            {
                layer.Start = StartOf(argument.Expression);
            }
            else if (LayerArguments.TrySize(context, layer, "sizes", argument.Expression, 1, out var size))
            {
                layer.SizeList.Add(size);
            }
            else
            {
                layer.IsBroken = true;
            }
        }

        layer.IsBroken |= layer.SizeList.Count == 0;
        layer.Fan = ReadFan(context, layer);
        var scaling = layer.SizeList.Count(size => context.Scales(size.Size));
        if (scaling > 1 && layer.Fan is null && !layer.IsBroken)
        {
            var remedy = layer.SizeList.Count == 2 ? "[Fan(In = 1, Out = 0)]" : "[Fan(In = …, Out = …)]";
            context.Findings.Add(
                Descriptors.NoRole, layer.Location, layer.Name, $"has {Rational.Text(scaling)} axes that scale", remedy);
        }
    }

    private static (int In, int Out)? ReadFan(DeclarationContext context, Layer layer)
    {
        if (KnownNames.Find(layer.Symbol, KnownNames.Fan) is not { } fan)
        {
            return null;
        }

        var (inputs, outputs) = (KnownNames.Named<int>(fan, "In") ?? 0, KnownNames.Named<int>(fan, "Out") ?? 0);
        var count = layer.SizeList.Count;
        if (count > 1 && inputs != outputs && inputs >= 0 && inputs < count && outputs >= 0 && outputs < count)
        {
            return (inputs, outputs);
        }

        if (!layer.IsBroken)
        {
            context.Findings.Add(
                Descriptors.NoRole, KnownNames.LocationOf(fan, context.Cancellation), layer.Name,
                $"has axes 0 to {Rational.Text(count - 1)}, of which [Fan] must name two", "[Fan(In = 1, Out = 0)]");
            layer.IsBroken = true;
        }

        return null;
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

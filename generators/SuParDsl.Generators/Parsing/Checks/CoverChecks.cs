using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Rules;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Checks;

/// <summary>Checks a <c>[Sparse]</c> on a block, a Repeat or a class against the matrices inside.</summary>
internal static class CoverChecks
{
    /// <summary>
    /// Reports matrices that a cover cannot make sparse (SUP219), and those that its pattern does not fit (SUP209 to 211).
    /// </summary>
    public static void Check(DeclarationContext context, ImmutableArray<Layer> layers, ImmutableArray<TensorInfo> tensors)
    {
        foreach (var layer in context.Findings.IsBroken ? [] : layers
            .Where(static layer => layer is { Block: not null, Density.CoversAll: true }))
        {
            CheckAll(context, layer.Symbol, TensorParser.Of(context, layer, isTied: false));
        }

        CheckAll(context, context.Type, tensors);
        if (context.Kind == DeclarationKind.Model)
        {
            CheckPatterns(context, tensors);
        }
    }

    private static void CheckAll(DeclarationContext context, ISymbol owner, ImmutableArray<TensorInfo> tensors)
    {
        if (KnownNames.Find(owner, KnownNames.Sparse) is { } sparse && LayerAttributes.CoversAll(sparse)
            && tensors.FirstOrDefault(static t => t is { IsMatrix: true, CanBeCovered: false, IsDensitySettled: false })
                is { } tensor)
        {
            var place = AttributeText.Argument(sparse, "Distribution", context.Cancellation)?.GetLocation()
                ?? KnownNames.LocationOf(sparse, context.Cancellation);
            context.Findings.Add(Descriptors.NotCoverable, place, owner.Name, LayerOf(tensor));
        }
    }

    // Only a model knows sizes and densities at the base. Each attribute is reported once, at its own location, which may be in
    // a block.
    private static void CheckPatterns(DeclarationContext context, ImmutableArray<TensorInfo> tensors)
    {
        var places = new HashSet<Location>();
        foreach (var tensor in tensors)
        {
            if (TensorTable.DensityOf(context, tensor) is not { Value: not "1", Pattern: var (mask, place) } density
                || places.Contains(place))
            {
                continue;
            }

            double? value = double.TryParse(density.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number : null;
            var columns = tensor.Axes.Skip(1).Aggregate(Polynomial.One, static (product, axis) => product * axis);
            if (mask == Mask.TwoFour && value is not (null or 0.5))
            {
                Report(Descriptors.TwoFourDensity, LayerOf(tensor), density.Value);
            }
            else if (mask == Mask.TwoFour && Remainder(context, columns, 4))
            {
                Report(Descriptors.TwoFourSize, LayerOf(tensor), context.Text(columns));
            }
            else if (SideOf(mask) is { } side
                && new[] { tensor.Axes[0], columns }.FirstOrDefault(size => Remainder(context, size, side)) is { } size)
            {
                Report(Descriptors.BlockMask, LayerOf(tensor), Rational.Text(side), context.Text(size));
            }

            void Report(DiagnosticDescriptor descriptor, params string[] arguments)
            {
                places.Add(place);
                context.Findings.Add(descriptor, place, arguments);
            }
        }
    }

    private static int? SideOf(Mask mask) => mask switch
    {
        Mask.Block4 => 4,
        Mask.Block8 => 8,
        Mask.Block16 => 16,
        Mask.Block32 => 32,
        _ => null,
    };

    private static bool Remainder(DeclarationContext context, Polynomial size, int divisor) =>
        context.AtBase(size) is { IsInteger: true } value && !(value.Numerator % divisor).IsZero;

    private static string LayerOf(TensorInfo tensor) => tensor.Name.Substring(0, tensor.Name.LastIndexOf('.'));
}

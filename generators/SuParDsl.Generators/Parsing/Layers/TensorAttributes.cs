using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>Reads the attributes that change how a layer's weight is initialized, trained or masked.</summary>
internal static class TensorAttributes
{
    public static void Read(DeclarationContext context, Layer layer, IPropertySymbol symbol)
    {
        if (KnownNames.Find(symbol, KnownNames.Init) is { } init)
        {
            ReadInit(context, layer, init);
        }

        if (KnownNames.Find(symbol, KnownNames.NoDecay) is { } noDecay)
        {
            layer.NoDecay = HasMatrix(layer);
            Check(context, layer, noDecay, "NoDecay", layer.NoDecay, "only a layer with a weight matrix has weight decay");
        }

        if (KnownNames.Find(symbol, KnownNames.LrScale) is { ConstructorArguments: [{ Value: double factor }] } scale)
        {
            layer.LrScale = HasTensors(layer) ? factor : null;
            Check(context, layer, scale, "LrScale", layer.LrScale is not null,
                "only a layer with tensors of its own has a learning rate");
            if (layer.LrScale is not null && (!(factor > 0) || double.IsInfinity(factor)))
            {
                context.Findings.Add(
                    Descriptors.BadScale, KnownNames.LocationOf(scale, context.Cancellation), layer.Name, NumberText.Of(factor));
                return;
            }

            if (layer.LrScale is not null
                && scale.NamedArguments.All(static pair => pair.Value.Value is not string { Length: > 0 }))
            {
                context.Findings.Add(
                    Descriptors.SilentScale, KnownNames.LocationOf(scale, context.Cancellation), layer.Name,
                    NumberText.Of(factor));
            }
        }

        if (layer.BuiltIn is not { Shape: ShapeRule.Value } && KnownNames.Find(symbol, KnownNames.Fan) is { } fan)
        {
            Check(context, layer, fan, "Fan", false, "only the axes of a Weight have to be named");
        }

        CheckMask(context, layer, symbol);
    }

    private static void ReadInit(DeclarationContext context, Layer layer, AttributeData init)
    {
        var isZero = KnownNames.Named<bool>(init, "Zero") == true;
        var gain = init.NamedArguments.FirstOrDefault(static pair => pair.Key == "Gain").Value.Value as string;
        var isUniform = KnownNames.EnumMember(init, "Distribution")?.Member == nameof(TensorInitialization.Uniform);
        if (!HasMatrix(layer) && !(isZero && StartsElsewhere(layer)))
        {
            var why = isZero ? HasTensors(layer) ? "it is initialized with zeros anyway" : "only a layer with tensors of its own can start at zero"
                : "only a layer with a weight matrix is initialized by the rule";
            Check(context, layer, init, "Init", false, why);
            return;
        }

        if (isZero && (gain is not null || isUniform))
        {
            var location = KnownNames.LocationOf(init, context.Cancellation);
            var other = isUniform ? "distribution" : "gain";
            context.Findings.Add(Descriptors.Conflicting, location, layer.Name, $"[Init(Zero = true)] and given a {other}");
            return;
        }

        layer.Start = isZero ? TensorInitialization.Zeros : isUniform ? TensorInitialization.Uniform : layer.Start;
        if (gain is null)
        {
            return;
        }

        if (context.Find(gain) is { IsDeclared: false, SpecialType: SpecialType.System_Double } parameter)
        {
            context.Use(parameter.Name);
            layer.Gain = new(parameter.Code, parameter.Name);
            return;
        }

        if (context.Record is { } record && record.Derived.TryGetValue(gain, out var derived)
            && derived.SpecialType == SpecialType.System_Double)
        {
            layer.Gain = new($"{record.Identifier}.{UserSyntax.Escape(gain)}", gain);
            return;
        }

        Check(context, layer, init, "Init", false, "Gain must name a plain double parameter");
    }

    private static void CheckMask(DeclarationContext context, Layer layer, IPropertySymbol symbol)
    {
        if (layer is not { Density: { Mask: { } mask } density, BuiltIn: { IsMatrix: true } builtIn, IsBroken: false }
            || KnownNames.Find(symbol, KnownNames.Sparse) is not { } sparse
            || AttributeText.Argument(sparse, 0, context.Cancellation) is not { } share
            || AttributeText.Argument(sparse, "Mask", context.Cancellation)?.GetLocation() is not { } location)
        {
            return;
        }

        var kind = mask.Member ?? string.Empty;
        var rule = builtIn.Tensors[0];
        var fanIn = SizeText.Parse(rule.FanIn!, layer.Size)!;
        if (kind == "TwoFour")
        {
            if (sparse.ConstructorArguments is [{ Value: double and not 0.5 }])
            {
                context.Findings.Add(Descriptors.TwoFourDensity, share.GetLocation(), layer.Name, density.Value);
            }
            else if (Remainder(context, fanIn, 4))
            {
                context.Findings.Add(Descriptors.TwoFourSize, location, layer.Name, context.Text(fanIn));
            }
        }
        else if (kind.StartsWith("Block", StringComparison.Ordinal) && int.TryParse(kind.Substring(5), out var side))
        {
            var rows = SizeText.Parse(rule.Axes[0], layer.Size)!;
            var columns = rule.Axes.Skip(1).Aggregate(Polynomial.One, (product, axis) =>
                product * SizeText.Parse(axis, layer.Size)!);
            foreach (var size in new[] { rows, columns })
            {
                if (Remainder(context, size, side))
                {
                    context.Findings.Add(Descriptors.BlockMask, location, layer.Name, Rational.Text(side), context.Text(size));
                    return;
                }
            }
        }
    }

    private static bool Remainder(DeclarationContext context, Polynomial size, int divisor) =>
        context.AtBase(size) is { IsInteger: true } value && !(value.Numerator % divisor).IsZero;

    private static bool HasMatrix(Layer layer) => layer.External is not null
        || layer.BuiltIn is { IsMatrix: true } or { Shape: ShapeRule.Lookup }
            || layer is { BuiltIn.Shape: ShapeRule.Value, SizeList.Count: > 1 };

    /// <summary>
    /// Whether a layer without a matrix has a vector that does not start at zero: a norm, a vector of a contract or a raw
    /// weight.
    /// </summary>
    private static bool StartsElsewhere(Layer layer) => layer is { BuiltIn.Shape: ShapeRule.Value }
        ? layer.Start is not (null or TensorInitialization.Zeros)
        : layer.BuiltIn?.Tensors.Any(static rule => rule.Start != TensorInitialization.Zeros) == true;

    private static bool HasTensors(Layer layer) => layer.External is not null || layer.BuiltIn is { Tensors.Length: > 0 } or { Shape: ShapeRule.Value };

    private static void Check(
        DeclarationContext context, Layer layer, AttributeData mark, string name, bool hasEffect, string why)
    {
        if (!hasEffect)
        {
            context.Findings.Add(Descriptors.NoEffect, KnownNames.LocationOf(mark, context.Cancellation), name, layer.Name, why);
        }
    }
}

using System.Globalization;
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
    public static LayerOptions Read(DeclarationContext context, LayerProperty layer, LayerArguments arguments, Cover cover)
    {
        var options = new LayerOptions { Cover = cover };
        if (KnownNames.Find(layer.Symbol, KnownNames.Init) is { } init)
        {
            var (start, gain) = ReadInit(context, layer, arguments, init);
            options = options with { Start = start, Gain = gain };
        }

        if (KnownNames.Find(layer.Symbol, KnownNames.NoDecay) is { } noDecay)
        {
            options = options with { NoDecay = HasMatrix(layer, arguments) };
            Check(context, layer, noDecay, "NoDecay", options.NoDecay, "only a layer with a weight matrix has weight decay");
        }

        if (KnownNames.Find(layer.Symbol, KnownNames.LrScale) is { ConstructorArguments: [{ Value: double factor }] } scale)
        {
            options = options with { LrScale = HasTensors(layer) ? factor : null };
            Check(context, layer, scale, "LrScale", options.LrScale is not null,
                "only a layer with tensors of its own has a learning rate");
            if (options.LrScale is not null && (!(factor > 0) || double.IsInfinity(factor)))
            {
                context.Findings.Add(
                    Descriptors.BadScale, KnownNames.LocationOf(scale, context.Cancellation), layer.Name, NumberText.Of(factor));
                return options;
            }

            if (options.LrScale is not null
                && scale.NamedArguments.All(static pair => pair.Value.Value is not string { Length: > 0 }))
            {
                context.Findings.Add(
                    Descriptors.SilentScale, KnownNames.LocationOf(scale, context.Cancellation), layer.Name,
                    NumberText.Of(factor));
            }
        }

        if (layer.BuiltIn is not { Shape: ShapeRule.Value } && KnownNames.Find(layer.Symbol, KnownNames.Fan) is { } fan)
        {
            Check(context, layer, fan, "Fan", false, "only the axes of a Weight have to be named");
        }

        CheckMask(context, layer, arguments, cover);
        return options;
    }

    private static (TensorInitialization? Start, GainArgument? Gain) ReadInit(
        DeclarationContext context, LayerProperty layer, LayerArguments arguments, AttributeData init)
    {
        var isZero = KnownNames.Named<bool>(init, "Zero") == true;
        var gain = init.NamedArguments.FirstOrDefault(static pair => pair.Key == "Gain").Value;
        var isUniform = KnownNames.EnumMember(init, "Distribution")?.Member == nameof(TensorInitialization.Uniform);
        if (!HasMatrix(layer, arguments) && !(isZero && StartsElsewhere(layer, arguments)))
        {
            var why = !isZero ? "only a layer with a weight matrix is initialized by the rule"
                : HasTensors(layer) ? "it is initialized with zeros anyway"
                : "only a layer with tensors of its own can start at zero";
            Check(context, layer, init, "Init", false, why);
            return default;
        }

        if (isZero && (!gain.IsNull || isUniform))
        {
            var location = KnownNames.LocationOf(init, context.Cancellation);
            var other = isUniform ? "distribution" : "gain";
            context.Findings.Add(Descriptors.Conflicting, location, layer.Name, $"[Init(Zero = true)] and given a {other}");
            return default;
        }

        TensorInitialization? start = isZero ? TensorInitialization.Zeros : isUniform ? TensorInitialization.Uniform : null;
        var factor = GainOf(context, gain);
        if (!gain.IsNull && factor is null)
        {
            var isNull = gain.Value is 0 or 0.0;
            Check(context, layer, init, "Init", false,
                isNull ? "a gain of 0 leaves nothing to draw" : "Gain must be a positive number or name a plain double parameter",
                isNull ? "write [Init(Zero = true)]"
                    : "write [Init(Gain = 0.5)], or [Init(Gain = nameof(gain))] with double gain");
        }

        return (start, factor);
    }

    /// <summary>The number that a gain is, or the parameter or derived number that it names; null where it is none.</summary>
    private static GainArgument? GainOf(DeclarationContext context, TypedConstant gain) => gain.Value switch
    {
        string name => GainOf(context, name),
        int or double or float when Convert.ToDouble(gain.Value, CultureInfo.InvariantCulture) is > 0 and var number
            && !double.IsInfinity(number) => new(NumberText.Of(number), NumberText.Of(number)),
        _ => null,
    };

    private static GainArgument? GainOf(DeclarationContext context, string gain) =>
        context.Find(gain) is { IsDeclared: false, SpecialType: SpecialType.System_Double } parameter
            ? new(parameter.Code, parameter.Name)
        : context.Record is { } record && record.Derived.TryGetValue(gain, out var derived)
            && derived.SpecialType == SpecialType.System_Double ? new($"{record.Identifier}.{UserSyntax.Escape(gain)}", gain)
        : null;

    private static void CheckMask(DeclarationContext context, LayerProperty layer, LayerArguments arguments, Cover cover)
    {
        if (cover.Density is not { Mask: { } mask } density
            || layer.BuiltIn is not { IsMatrix: true } builtIn
            || arguments.IsBroken
            || KnownNames.Find(layer.Symbol, KnownNames.Sparse) is not { } sparse
            || AttributeText.Argument(sparse, 0, context.Cancellation) is not { } argument
            || AttributeText.Argument(sparse, "Mask", context.Cancellation)?.GetLocation() is not { } location)
        {
            return;
        }

        var kind = mask.Member ?? string.Empty;
        var rule = builtIn.Tensors[0];
        var fanIn = SizeText.Parse(rule.FanIn!, arguments.Size)!;
        if (kind == "TwoFour")
        {
            if (sparse.ConstructorArguments is [{ Value: double and not 0.5 }])
            {
                context.Findings.Add(Descriptors.TwoFourDensity, argument.GetLocation(), layer.Name, density.Value);
            }
            else if (Remainder(context, fanIn, 4))
            {
                context.Findings.Add(Descriptors.TwoFourSize, location, layer.Name, context.Text(fanIn));
            }
        }
        else if (kind.StartsWith("Block", StringComparison.Ordinal) && int.TryParse(kind.Substring(5), out var side))
        {
            var rows = SizeText.Parse(rule.Axes[0], arguments.Size)!;
            var columns = rule.Axes.Skip(1).Aggregate(Polynomial.One, (product, axis) =>
                product * SizeText.Parse(axis, arguments.Size)!);
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

    private static bool HasMatrix(LayerProperty layer, LayerArguments arguments) => layer.External is not null
        || layer.BuiltIn is { IsMatrix: true } or { Shape: ShapeRule.Lookup }
        || (layer is { BuiltIn.Shape: ShapeRule.Value } && arguments.SizeList.Length > 1);

    /// <summary>
    /// Whether a layer without a matrix has a vector that does not start at zero: a norm, a vector of a contract or a raw
    /// weight.
    /// </summary>
    private static bool StartsElsewhere(LayerProperty layer, LayerArguments arguments) =>
        layer is { BuiltIn.Shape: ShapeRule.Value } ? arguments.Start is not (null or TensorInitialization.Zeros)
        : layer.BuiltIn?.Tensors.Any(static rule => rule.Start != TensorInitialization.Zeros) == true;

    private static bool HasTensors(LayerProperty layer) =>
        layer.External is not null || layer.BuiltIn is { Tensors.Length: > 0 } or { Shape: ShapeRule.Value };

    private static void Check(
        DeclarationContext context, LayerProperty layer, AttributeData mark, string name, bool hasEffect, string why,
        string remedy = "remove it")
    {
        if (!hasEffect)
        {
            context.Findings.Add(
                Descriptors.NoEffect, KnownNames.LocationOf(mark, context.Cancellation), name, layer.Name, why, remedy);
        }
    }
}

using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>
/// Lists the tensors of a class: those of its layers, with the layers' arguments put in place of their parameters.
/// </summary>
internal static class TensorParser
{
    /// <param name="context">The class.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="isTied">Whether the flow uses the layer's weight as a readout, too.</param>
    public static ImmutableArray<TensorInfo> Of(DeclarationContext context, Layer layer, bool isTied)
    {
        var tensors = layer switch
        {
            { IsBroken: true } => [],
            { Experts: { } experts, Block: { } block } =>
                block.Tensors.Select(tensor => Place(layer, tensor)).Prepend(OfRouter(layer, experts)),
            { Block: { } block } => block.Tensors.Select(tensor => Place(layer, tensor)),
            { BuiltIn: { Shape: ShapeRule.Value } } => [OfWeight(context, layer)],
            { External: { } external } =>
            [
                new($"{layer.Name}.*", default, external.In.Size, external.Out.Size, layer.Start ?? TensorInitialization.Normal)
                {
                    IsMatrix = true,
                    StatedRole = external.Role,
                    LrScale = layer.Options.LrScale,
                    Gain = layer.Options.Gain?.Text,
                },
            ],
            { BuiltIn: { } builtIn } => builtIn.Tensors
                .Where(rule => Exists(layer, rule)).Select(rule => OfRule(layer, builtIn, rule, isTied)),
            _ => [],
        };
        return [.. tensors.Select(tensor => Cover(tensor, layer.Density, layer.IsDense, isOwn: layer.BuiltIn is not null))];
    }

    /// <summary>
    /// A tensor under a <c>[Sparse]</c> or <c>[Dense]</c>, unless something further in has settled its density.
    /// </summary>
    public static TensorInfo Cover(TensorInfo tensor, DensityArgument? density, bool isDense, bool isOwn) =>
        tensor.IsDensitySettled || !(isDense || (density is not null && tensor.CanBeCovered))
            ? tensor
            : tensor with { Density = density, IsDensitySettled = true, IsDensityOwn = isOwn && density is not null };

    private static bool Exists(Layer layer, TensorRule rule) => FlagOf(layer, rule) != "false";

    /// <summary>The argument that decides whether a tensor exists, as C#; null if it always exists.</summary>
    private static string? FlagOf(Layer layer, TensorRule rule) =>
        rule.OnlyIf is null ? null : layer.Arguments.Others[rule.OnlyIf];

    private static TensorInfo OfRule(Layer layer, BuiltInLayer builtIn, TensorRule rule, bool isTied)
    {
        Func<string, Polynomial?> size = layer.Size;
        return new(
            $"{layer.Name}.{rule.Name}",
            rule.Axes.Select(axis => SizeText.Parse(axis, size)!).ToImmutableArray(),
            rule.FanIn is null ? Polynomial.One : SizeText.Parse(rule.FanIn, size)!,
            SizeText.Parse(rule.FanOut, size)!,
            layer.Start is { } start && (start == TensorInitialization.Zeros || rule.Start == TensorInitialization.Normal)
                ? start
                : rule.Start)
        {
            IsMatrix = rule.Axes.Length > 1,
            CanBeCovered = builtIn.IsMatrix && rule.Axes.Length > 1,
            LrScale = layer.Options.LrScale,
            Gain = rule.Start == TensorInitialization.Normal ? layer.Options.Gain?.Text : null,
            OnlyIf = FlagOf(layer, rule) is not "true" and var flag ? flag : null,
            IsTiedReadout = isTied,
        };
    }

    private static TensorInfo OfRouter(Layer layer, ExpertSizes experts) => new(
        $"{layer.Name}.router.weight", ImmutableArray.Create(experts.Count.Size, experts.Width.Size), experts.Width.Size,
        experts.Count.Size, TensorInitialization.Normal)
    {
        IsMatrix = true,
        IsDensitySettled = true,
    };

    private static TensorInfo OfWeight(DeclarationContext context, Layer layer)
    {
        var axes = layer.SizeList.Select(static size => size.Size).ToImmutableArray();
        var scaling = axes.FirstOrDefault(context.Scales);
        var isVector = axes.Length == 1;
        return new(
            $"{layer.Name}.weight", axes,
            layer.Fan is { } fan ? axes[fan.In] : Polynomial.One,
            layer.Fan is { } other ? axes[other.Out] : scaling ?? axes[axes.Length - 1],
            layer.Start ?? (isVector ? TensorInitialization.Zeros : TensorInitialization.Normal))
        {
            IsMatrix = !isVector,
            CanBeCovered = layer.Fan is not null,
            Gain = layer.Options.Gain?.Text,
            LrScale = layer.Options.LrScale,
        };
    }

    private static TensorInfo Place(Layer layer, TensorInfo tensor)
    {
        var path = layer.HoldsBlocks ? $"{layer.Name}.*." : $"{layer.Name}.";
        return tensor with
        {
            Name = path + tensor.Name,
            Axes = tensor.Axes.Select(Map).ToImmutableArray(),
            FanIn = Map(tensor.FanIn),
            FanOut = Map(tensor.FanOut),
            Density = tensor.Density is { } density
                ? density with { Value = Text(density.Value), Base = Text(density.Base) }
                : null,
            Gain = tensor.Gain is null ? null : Text(tensor.Gain),
            OnlyIf = tensor.OnlyIf is null ? null : Text(tensor.OnlyIf),
            Counts = tensor.Counts.Select(Map).Prepend(layer.Count?.Size).OfType<Polynomial>().ToImmutableArray(),
        };

        Polynomial Map(Polynomial size) => size.Substitute(layer.Size);

        string Text(string text) => Identifiers.Replace(text, Argument);

        string? Argument(string name)
        {
            var isBase = name[name.Length - 1] == '₀';
            var parameter = isBase ? name.Substring(0, name.Length - 1) : name;
            return layer.Arguments.Densities.TryGetValue(parameter, out var density)
                ? Formula.Atom(isBase ? density.Base : density.Value)
                : layer.Arguments.Others.TryGetValue(name, out var other) ? Formula.Atom(other)
                : layer.Size(name) is { } size ? Formula.Atom(size.ToString())
                : null;
        }
    }
}

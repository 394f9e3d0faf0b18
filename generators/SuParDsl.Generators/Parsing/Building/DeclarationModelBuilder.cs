using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Checks;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Parsing.Symbols;
using SuParDsl.Generators.Parsing.Syntax;
using SuParDsl.Generators.Rules;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>Builds the model, which holds text only and is printed by the emitters.</summary>
internal static class DeclarationModelBuilder
{
    private const string Extent = "global::SuParDsl.Extent";
    private const string TensorDensity = "global::SuParDsl.TensorDensity";

    private static readonly string[] NoArguments = [];

    public static DeclarationModel Build(
        DeclarationContext context, ImmutableArray<string> arguments, bool hasPrimary, ImmutableArray<Layer> layers,
        FlowFinder.Found flow, DensityArgument? density, bool isDense, ImmutableArray<TensorInfo> tensors)
    {
        var isStub = context.Findings.IsBroken;
        var forward = isStub || flow.Parsed is null ? null
            : FlowLowering.Lower(context, flow.Parsed, SparseLayers(context, layers, tensors));
        var type = context.Type;
        var table = isStub ? default : TensorTable.Of(context, tensors);
        var rows = LayerDescriptions.ByLayer(table);
        var repeated = context.Unique("block");
        var emitted = isStub ? default
            : (EquatableArray<LayerModel>)layers.Select(layer => LayerOf(layer, rows, repeated)).ToImmutableArray();
        return new(
            TypeNames.HintName(type),
            TypeNames.Full(type),
            TypeNames.Namespace(type),
            TypeNames.Containers(context.Part),
            UserSyntax.Escape(type.Name),
            TypeNames.TypeParameters(context.Part),
            context.Kind,
            isStub,
            hasPrimary,
            flow.HasForward,
            TypeDocs.HasTag(context.Parts, "summary") ? null : TypeDocs.Summary(context),
            isStub || TypeDocs.HasTag(context.Parts, "remarks") ? null : TypeDocs.Remarks(context, flow),
            forward,
            SizeNames.Parameters(context),
            arguments,
            isStub ? Unread(context, arguments) : default,
            Guards(context, isStub),
            emitted,
            PartialLayers.Of(context, emitted),
            flow.Signature,
            context.Kind == DeclarationKind.Model ? Root(context) : null,
            isStub ? string.Empty : Cover(density, isDense),
            isStub ? default : (EquatableArray<string>)context.HeadSizes.Distinct().ToImmutableArray(),
            context.Unique("scope"),
            new(context.Inherited("register_module"), context.Inherited("Initialize")),
            table);
    }

    public static string? DeclareType(Parameter parameter) =>
        parameter.IsExtent ? Extent : parameter.IsDensity ? TensorDensity : null;

    /// <summary>What a model passes to its own <c>Declare</c>: the parameter's value with its base.</summary>
    public static string? Declared(Parameter parameter) => parameter switch
    {
        { Scales: true, Base: { } value } => $"{Extent}.Scaling({parameter.Code}, {Rational.Text(value)})",
        { IsExtent: true, DefaultSize: { } value } => $"{Extent}.Fixed({parameter.Code}, {Rational.Text(value)})",
        { IsExtent: true } => $"{Extent}.Fixed({parameter.Code}, {parameter.Code})",
        { IsDensity: true, DensityBase: 1 } => $"new({parameter.Code})",
        { IsDensity: true } => $"new({parameter.Code}, {NumberText.Literal(parameter.DensityBase)})",
        _ => null,
    };

    /// <summary>The parameters that a stub assigns to a discard, unless one of them is itself named like a discard.</summary>
    private static EquatableArray<string> Unread(DeclarationContext context, ImmutableArray<string> arguments) => arguments.Any(UserSyntax.IsDiscard)
        ? default
        : (EquatableArray<string>)arguments.RemoveAll(name => context.Hidden.Contains(name.TrimStart('@')));

    /// <summary>
    /// The linear layers whose weight is sparse, or becomes sparse if the class is used inside a <c>[Sparse]</c>.
    /// </summary>
    private static HashSet<Layer> SparseLayers(
        DeclarationContext context, ImmutableArray<Layer> layers, ImmutableArray<TensorInfo> tensors)
    {
        var sparse = new HashSet<string>(
            tensors.Where(tensor => MayBeSparse(context, tensor)).Select(static tensor => tensor.Name), StringComparer.Ordinal);
        return [.. layers.Where(layer =>
            KnownNames.IsLibraryType(layer.Type, LayerTable.Linear) && sparse.Contains(layer.Name + ".weight"))];
    }

    private static bool MayBeSparse(DeclarationContext context, TensorInfo weight) =>
        (weight.Density is { } density ? density.Value != "1"
            : weight.CanBeCovered && !weight.IsDensitySettled && context.Kind == DeclarationKind.Block)
        && TensorTable.RoleOf(context, weight) == Role.Hidden;

    private static EquatableArray<string> Guards(DeclarationContext context, bool isStub)
    {
        var guards = context.Parameters.Where(static p => p.IsDensity)
            .Select(p => $"global::SuParDsl.Guard.Density({p.Code}, nameof({UserSyntax.Escape(context.Type.Name)}));");
        var divisions = isStub ? [] : context.Divisions
            .Where(static division => !division.IsInherited)
            .GroupBy(static division => (division.Size, division.Divisor))
            .Select(group => Divisibility.Guard(context, group.First()))
            .OfType<string>();
        return context.Type.Arity > 0 ? default : (EquatableArray<string>)guards.Concat(divisions).ToImmutableArray();
    }

    private static RootModel Root(DeclarationContext context)
    {
        var rule = context.Parameters.FirstOrDefault(static p => p.Kind == ParameterKind.Rule)?.Code
            ?? "global::SuParDsl.Rule.SuPar";
        var sigma = context.Parameters.FirstOrDefault(static p => p.Kind == ParameterKind.InitStd)?.Code ?? "0.02d";
        var alpha = context.Parameters.FirstOrDefault(static p => p.Kind == ParameterKind.Depth)?.Alpha;
        return new(
            rule, sigma,
            Optional("depthAlpha", alpha is null or 1 ? null : NumberText.Literal(alpha.Value))
                + Optional("attention", Chosen("Attention"))
                + Optional("ruleDensity", Chosen("RuleDensity")),
            context.Parameters.Where(static p => p.Kind == ParameterKind.Multiplier)
                .Select(static p => $"(\"{p.Name}\", {p.Code})").ToImmutableArray(),
            context.Record?.Type);

        string? Chosen(string property) => KnownNames.Find(context.Type, KnownNames.Model) is { } model
            ? KnownNames.EnumMember(model, property)
            : null;
    }

    private static LayerModel LayerOf(Layer layer, ILookup<string, TableRow> rows, string repeated)
    {
        var isLayer = layer.BuiltIn is not null;
        var arguments = layer switch
        {
            { BuiltIn.Shape: ShapeRule.Value } => [
                $"[{string.Join(", ", layer.SizeList.Select(static size => size.Extent))}]",
                .. layer.Fan is var (from, to) ? [$"fanIn: {Rational.Text(from)}, fanOut: {Rational.Text(to)}"] : NoArguments,
                .. Options(layer)],
            { External: { } external } => [external.InExtent, external.OutExtent, $"global::SuParDsl.Role.{external.Role}", .. Options(layer)],
            { BuiltIn: { IsContract: true } stated } => ContractTensors(layer, stated),
            { BuiltIn: { } builtIn } => builtIn.Parameters
                .Where(static p => p.Kind == ArgumentKind.Size).Select(p => layer.Sizes[p.Name].Extent)
                .Concat(layer.IsTied ? ["tied: true"] : [])
                .Concat(Options(layer)),
            _ => layer.Block!.Parameters.Where(static p => p.IsDeclared)
                .Select(p => p.IsDensity ? layer.Densities[p.Name].Code : layer.Sizes[p.Name].Extent),
        };
        return new(
            layer.Name, layer.Identifier,
            isLayer ? layer.IsDense ? ".Dense()" : string.Empty : Cover(layer.Density, layer.IsDense),
            layer.Count is null ? arguments.ToImmutableArray() : [layer.Count.Extent],
            layer.Count is null ? null : arguments.ToImmutableArray(),
            repeated,
            LayerDescriptions.Of(layer.Name, layer.Block?.Name, rows),
            layer.External is not null ? "Foreign" : layer.BuiltIn?.IsContract == true ? "Stated" : null);
    }

    /// <summary>The tensors of a layer type with a contract, as arguments of <c>ParameterScope.Stated</c>.</summary>
    private static IEnumerable<string> ContractTensors(Layer layer, BuiltInLayer stated)
    {
        foreach (var tensor in stated.Tensors)
        {
            yield return $"{tensor.Name}: [{string.Join(", ", tensor.Axes.Select(Over))}]";
            if (tensor.FanIn is { } fanIn)
            {
                yield return $"fanIn: {Over(fanIn)}, fanOut: {Over(tensor.FanOut)}";
            }
        }

        foreach (var option in Options(layer))
        {
            yield return option;
        }

        string Over(string formula) =>
            Identifiers.Replace(formula.Replace("·", " * "), name => Formula.Atom(layer.Sizes[name].Extent));
    }

    private static string Cover(DensityArgument? density, bool isDense) => density is not null
        ? $".Sparse({density.Code}{Optional("mask", density.Mask)}{Optional("distribution", density.Distribution)}"
            + $"{Optional("method", density.Method)}{Optional("storage", density.Storage)})"
        : isDense ? ".Dense()" : string.Empty;

    /// <summary>The <c>TensorOptions</c> that the attributes on a layer itself state.</summary>
    private static IEnumerable<string> Options(Layer layer)
    {
        var options = new List<string>();
        if (layer is { Density: { } density, External: null })
        {
            options.Add($"Density = {density.Code}");
            options.AddRange(density.Mask is { } mask ? [$"Mask = {mask}"] : []);
            options.AddRange(density.Method is { } method ? [$"Method = {method}"] : []);
            options.AddRange(density.Storage is { } storage ? [$"Storage = {storage}"] : []);
        }

        options.AddRange(layer.Gain is { } gain ? [$"Gain = {gain.Code}"] : []);
        options.AddRange(layer.Start is { } start ? [$"Init = global::SuParDsl.Init.{start}"] : []);
        options.AddRange(layer.LrScale is { } scale ? [$"LrScale = {NumberText.Literal(scale)}"] : []);
        options.AddRange(layer.NoDecay ? ["NoDecay = true"] : []);
        return options.Count == 0 ? [] : [$"options: new() {{ {string.Join(", ", options)} }}"];
    }

    private static string Optional(string name, string? value) => value is null ? string.Empty : $", {name}: {value}";
}

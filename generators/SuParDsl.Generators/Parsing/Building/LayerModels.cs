using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Expressions;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Rules;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>Describes the layers of a class for the emitters.</summary>
internal static class LayerModels
{
    /// <param name="layers">The layers, none of which is broken.</param>
    /// <param name="uses">What the flow uses.</param>
    /// <param name="table">The table of the class's tensors.</param>
    public static EquatableArray<LayerModel> Of(ImmutableArray<Layer> layers, FlowUses uses, EquatableArray<TableRow> table)
    {
        var rows = LayerDescriptions.ByLayer(table);
        return layers.Select(layer => new LayerModel(
            layer.Name, layer.Identifier,
            CoverOf(layer.BuiltIn is null ? layer.Density : null, layer.IsDense),
            Tensors(layer, uses),
            LayerDescriptions.Of(layer.Name, layer.Block?.Name, rows))).ToImmutableArray();
    }

    /// <summary>What a density or a <c>[Dense]</c> states about the tensors inside a place.</summary>
    public static CoverModel? CoverOf(DensityArgument? density, bool isDense) =>
        density is not null ? new CoverModel.Sparse(density.Sparsity)
        : isDense ? new CoverModel.Dense()
        : null;

    private static LayerTensors Tensors(Layer layer, FlowUses uses) => layer switch
    {
        { BuiltIn.Shape: ShapeRule.Value } => new LayerTensors.Weight(
            Extents(layer.SizeList), layer.Fan is var (from, to) ? new(from, to) : null, Options(layer)),
        { External: { } external } => new LayerTensors.External(
            external.In.Identifier, external.Out.Identifier, external.Role, Options(layer)),
        { BuiltIn: { IsContract: true } contract } => new LayerTensors.Contract(ContractTensors(layer, contract), Options(layer)),
        { BuiltIn: { } builtIn } => new LayerTensors.BuiltIn(
            Extents(builtIn.Parameters.Where(static p => p.Kind == ArgumentKind.Size).Select(p => layer.Arguments.Sizes[p.Name])),
            uses.IsTied(layer), Options(layer)),
        { Count: { } count } => new LayerTensors.Repeat(count.Extent, BlockOf(layer), layer.Arguments.Index),
        { Experts: { } experts } => new LayerTensors.Experts(experts.Count.Extent, experts.Width.Extent, BlockOf(layer)),
        _ => BlockOf(layer),
    };

    private static LayerTensors.Block BlockOf(Layer layer) => new(layer.Block!.Parameters
        .Where(static parameter => parameter.IsDeclared)
        .Select(parameter => parameter.IsDensity
            ? new BlockArgument(null, layer.Arguments.Densities[parameter.Name].Emitted)
            : new BlockArgument(layer.Arguments.Sizes[parameter.Name].Extent, null))
        .ToImmutableArray());

    private static EquatableArray<ContractTensor> ContractTensors(Layer layer, BuiltInLayer contract)
    {
        return contract.Tensors.Select(tensor => new ContractTensor(
            tensor.Name, tensor.Axes.Select(Over).ToImmutableArray(), tensor.FanIn is { } fanIn ? Over(fanIn) : null,
            Over(tensor.FanOut))).ToImmutableArray();

        ExtentModel Over(string formula) => new ExtentModel.Formula(formula, Identifiers.In(formula).Distinct()
            .Select(name => new FormulaArgument(name, layer.Arguments.Sizes[name].Extent)).ToImmutableArray());
    }

    private static EquatableArray<ExtentModel> Extents(IEnumerable<SizeArgument> sizes) =>
        sizes.Select(static size => size.Extent).ToImmutableArray();

    private static LayerOptionsModel Options(Layer layer) => new(
        layer.External is null ? layer.Density?.Sparsity : null, layer.Options.Gain?.Code, layer.Start, layer.Options.LrScale,
        layer.Options.NoDecay);
}

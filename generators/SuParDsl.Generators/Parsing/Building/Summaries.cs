using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Checks;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Flow;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Building;

/// <summary>Builds what other classes know about a block from what was read of it.</summary>
internal static class Summaries
{
    /// <param name="read">The class.</param>
    /// <param name="tree">Its flow; null where there is none.</param>
    public static BlockSummary Of(Declaration read, FlowTree? tree)
    {
        var context = read.Context;
        var isBroken = context.Findings.IsBroken;
        var shapes = isBroken ? null : read.Flow?.Shapes;
        var signature = read.Methods.Signature;
        return new(
            context.Type.Name, context.Parameters, context.Kind == DeclarationKind.Model,
            [.. shapes?.Inputs ?? BlockTypes.Unknown(signature.Inputs.Count)],
            [.. shapes?.Outputs ?? BlockTypes.Unknown(signature.Outputs)],
            read.Tensors, isBroken ? [] : read.Divisions)
        {
            Names = [.. read.Constructor?.Parameters.Select(static parameter => parameter.Name) ?? []],
            Record = context.Record,
            DepthFaults = isBroken ? [] :
            [
                .. tree is not null ? DepthFaults.Of(context, tree)
                    : read.Methods.Forward is { } forward ? DepthFaults.Of(context, forward)
                    : [],
                .. read.Layers.SelectMany(static layer => layer.Block?.DepthFaults ?? []),
            ],
            UnusedDensities = [.. DensityUses.Unused(context, read.Layers, read.Cover).Select(static density => density.Name)],
        };
    }
}

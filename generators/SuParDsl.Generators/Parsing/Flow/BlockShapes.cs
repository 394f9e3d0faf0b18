using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Diagnostics;
using SuParDsl.Generators.Parsing.Declarations;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Parsing.Layers;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>Infers the output shapes of a block from its input shapes.</summary>
internal sealed class BlockShapes(DeclarationContext context, FlowShapes shapes)
{
    private readonly Unifier sizes = shapes.Sizes;
    private readonly Dictionary<string, (string? Lead, ImmutableArray<Polynomial> Before)> leads = new(StringComparer.Ordinal);

    public ImmutableArray<Shape?> Of(Layer layer, ImmutableArray<Shape?> inputs, Location use)
    {
        if (layer.IsBroken || layer.Block is not { } block || block.Inputs.Length != inputs.Length)
        {
            return [.. BlockTypes.Unknown(layer.Block?.Outputs.Length ?? 1)];
        }

        var rename = sizes.Renaming();
        var takes = block.Inputs.Select(shape => shape?.Map(Placed)).ToList();
        var gives = block.Outputs.Select(shape => shape?.Map(Placed)).ToList();
        var names = new List<string>();
        var maps = takes.Concat(gives).Any(static shape => shape is null) ? "has its own shapes"
            : $"maps {InWords(takes)} → {InWords(gives)}";
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } input || takes[i] is not { } wanted
                || !Take(layer, block, input, wanted, block.Inputs[i]!, maps, use))
            {
                return [.. BlockTypes.Unknown(gives.Count)];
            }
        }

        return [.. gives.Select(shape => shape is null ? null : Give(shape))];

        Polynomial Placed(Polynomial size) => rename(size.Substitute(layer.Size));

        string InWords(List<Shape?> those) => string.Join(", ", those.Select(shape => shape!.InWords(names)));
    }

    private bool Take(Layer layer, BlockSummary block, Shape input, Shape takes, Shape declared, string maps, Location use)
    {
        if (shapes.AtLeast(input, takes.Rank, layer.Name, $"'{block.Name}' takes {takes.InWords()}", use) is not { } shape)
        {
            return false;
        }

        if (takes.Lead is null && sizes.WithExactRank(shape, takes.Rank) is null)
        {
            context.Findings.Add(
                Descriptors.Rank, use, layer.Name, $"takes {takes.InWords()}", sizes.Resolve(shape),
                "pass a tensor with as many axes");
            return false;
        }

        shape = sizes.Resolve(shape);
        for (var distance = 1; distance <= takes.Rank; distance++)
        {
            var (given, wanted) = (sizes.Resolve(shape.FromEnd(distance)), sizes.Resolve(takes.FromEnd(distance)));
            if (!sizes.Unify(given, wanted))
            {
                context.Findings.Add(
                    Descriptors.WrongSize, use, layer.Location,
                    [layer.Name, maps, sizes.Resolve(shape).ToString(), FlowShapes.AxisName(takes, distance),
                        context.Text(given), context.Text(wanted),
                        SizeRemedies.OfLayer(context, layer.Name, ParameterOf(block, declared, distance), given, wanted)]);
                return false;
            }
        }

        // The leading axes that the block does not name are kept.
        if (takes.Lead is { } lead && !leads.ContainsKey(lead))
        {
            leads.Add(lead, (shape.Lead, [.. shape.Axes.Take(shape.Rank - takes.Rank)]));
        }

        return true;
    }

    /// <summary>The parameter of a block that an axis of its input is; null if the axis is another formula.</summary>
    private static string? ParameterOf(BlockSummary block, Shape declared, int distance) =>
        block.Parameters.FirstOrDefault(p => p.IsExtent && !p.IsOfRecord && p.Size.Equals(declared.FromEnd(distance)))?.Name;

    private Shape Give(Shape gives) => sizes.Resolve(
        gives.Lead is null ? gives
        : leads.TryGetValue(gives.Lead, out var known) ? new(known.Lead, [.. known.Before, .. gives.Axes], gives.IsImage)
        : new Shape(sizes.FreshLead(), gives.Axes, gives.IsImage));
}

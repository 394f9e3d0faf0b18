using System.Collections.Immutable;
using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Layers;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>What a flow uses of its class.</summary>
internal sealed class FlowUses
{
    private readonly HashSet<Layer> used;
    private readonly HashSet<Layer> tied;

    private FlowUses(HashSet<Layer> used, HashSet<Layer> tied, ImmutableArray<ExtentModel> headSizes) =>
        (this.used, this.tied, HeadSizes) = (used, tied, headSizes);

    /// <summary>The uses of a class without a flow that can be read.</summary>
    public static FlowUses None { get; } = new([], [], []);

    /// <summary>The different head sizes, in the order in which they are written.</summary>
    public ImmutableArray<ExtentModel> HeadSizes { get; }

    public static FlowUses Of(FlowTree flow)
    {
        var (used, tied) = (new HashSet<Layer>(), new HashSet<Layer>());
        var headSizes = ImmutableArray.CreateBuilder<ExtentModel>();
        foreach (var node in flow.Nodes())
        {
            switch (node)
            {
                case CallNode call:
                    used.Add(call.Layer);
                    if (call.Member is not null)
                    {
                        tied.Add(call.Layer);
                    }

                    break;
                case WeightNode weight:
                    used.Add(weight.Layer);
                    break;
                case AttentionNode attention:
                    used.UnionWith(new[] { attention.Position, attention.Dropout }.OfType<Layer>());
                    break;
                case HeadsNode heads:
                    headSizes.Add(heads.Size.Extent);
                    break;
                case UnknownNode unknown:
                    used.UnionWith(unknown.Layers);
                    break;
            }
        }

        return new(used, tied, [.. headSizes.Distinct()]);
    }

    public bool IsUsed(Layer layer) => used.Contains(layer);

    /// <summary>Whether a layer's weight is also the readout's.</summary>
    public bool IsTied(Layer layer) => tied.Contains(layer);
}

using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>What the updates go to: the float32 weights by full name, and the masks of those that are stored whole.</summary>
internal sealed class OptimizerParameters : IDisposable
{
    private readonly ImmutableDictionary<string, WeightMask> all, masks;
    private readonly Dictionary<string, Tensor> maskTensors = [];
    private readonly Dictionary<string, ICompressible> compressed;

    /// <param name="weights">The weights that are updated here: all of the model's, or some.</param>
    /// <param name="model">The model.</param>
    public OptimizerParameters(Dictionary<string, Parameter> weights, Model model)
    {
        Weights = weights;
        compressed = model.CompressedByName();
        all = model.Masks.ToImmutableDictionary();
        masks = all.Where(entry => !compressed.ContainsKey(entry.Key)).ToImmutableDictionary();
    }

    /// <summary>The weights; a compressed matrix's are its kept ones.</summary>
    public Dictionary<string, Parameter> Weights { get; }

    // An array: TorchSharp enumerates a group's parameters again at every step.
    public Parameter[] Of(MuGroup group) => [.. group.Names.Select(name => Weights[name])];

    /// <summary>The masks of a group as ones and zeros; null where all of a tensor's weights are kept or it is compressed.</summary>
    public Tensor?[] MasksOf(MuGroup group) => [.. group.Names.Select(MaskTensor)];

    /// <summary>How a group's compressed matrices are laid out; null for whole ones.</summary>
    public CompressedWeight?[] CompressedOf(MuGroup group) => [.. group.Names.Select(name => compressed.GetValueOrDefault(name)?.Compressed)];

    /// <summary>The tensors of groups for a fused optimizer; null where one of them is not contiguous float32 on the CPU.</summary>
    public FusedSegment[]? Segments(ImmutableArray<MuGroup> groups) => FusedUpdates.CanMove(groups.SelectMany(Of))
        ? [.. groups.SelectMany((group, index) => group.Names.Select(name => new FusedSegment(Weights[name], masks.GetValueOrDefault(name), index)))]
        : null;

    /// <summary>Zeroes the gradients of masked weights.</summary>
    public void MaskGradients()
    {
        foreach (var name in masks.Keys.Where(Weights.ContainsKey))
        {
            Weights[name].grad?.mul_(MaskTensor(name)!);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var mask in maskTensors.Values)
        {
            mask.Dispose();
        }
    }

    /// <summary>The mask of a sparse tensor, however it is stored; null of a dense one.</summary>
    public WeightMask? DeclaredMaskOf(string name) => all.GetValueOrDefault(name);

    /// <summary>The mask of a sparse tensor that is stored whole; null of any other.</summary>
    public WeightMask? MaskOf(string name) => masks.GetValueOrDefault(name);

    // Made when first needed: fused updates read the bits instead.
    private Tensor? MaskTensor(string name)
    {
        if (!masks.TryGetValue(name, out var mask))
        {
            return null;
        }

        if (!maskTensors.TryGetValue(name, out var tensor))
        {
            tensor = mask.ToTensor(Weights[name].dtype, Weights[name].device).DetachFromDisposeScope();
            maskTensors.Add(name, tensor);
        }

        return tensor;
    }
}

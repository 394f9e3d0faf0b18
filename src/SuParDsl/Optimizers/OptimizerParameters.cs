using System.Collections.Immutable;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>The float32 weights that the optimizer updates, and the masks of the tensors that are stored dense.</summary>
internal sealed class OptimizerParameters : IDisposable
{
    private readonly ImmutableDictionary<string, WeightMask> all, masks;
    private readonly Dictionary<string, Tensor> maskTensors = [];
    private readonly Dictionary<string, ICompressible> compressed;

    /// <param name="weights">The weights that this process updates, by full name: all of the model's, or some.</param>
    /// <param name="model">The model.</param>
    public OptimizerParameters(Dictionary<string, Parameter> weights, IModel model)
    {
        Weights = weights;
        compressed = model.CompressedByName();
        all = model.Masks.ToImmutableDictionary();
        masks = all.Where(entry => !compressed.ContainsKey(entry.Key)).ToImmutableDictionary();
    }

    /// <summary>The weights by full name. A compressed matrix has only its kept weights.</summary>
    public Dictionary<string, Parameter> Weights { get; }

    // An array, because the parameters of a group are enumerated at every step.
    public Parameter[] Of(MuGroup group) => [.. group.Names.Select(name => Weights[name])];

    /// <summary>The masks of a group as ones and zeros; null for a tensor that is dense or compressed.</summary>
    public Tensor?[] MasksOf(MuGroup group) => [.. group.Names.Select(MaskTensor)];

    /// <summary>The layouts of a group's compressed matrices; null for a tensor that is stored dense.</summary>
    public CompressedWeight?[] CompressedOf(MuGroup group) =>
        [.. group.Names.Select(name => compressed.GetValueOrDefault(name)?.Compressed)];

    /// <summary>The tensors of groups for a fused optimizer; null if one of them is not contiguous float32 on the CPU.</summary>
    public FusedSegment[]? Segments(ImmutableArray<MuGroup> groups) => FusedUpdates.CanMove(groups.SelectMany(Of))
        ? [.. groups.SelectMany(
            (group, index) => group.Names.Select(name => new FusedSegment(Weights[name], masks.GetValueOrDefault(name), index)))]
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

    /// <summary>The mask of a sparse tensor, whatever its storage; null for a dense tensor.</summary>
    public WeightMask? DeclaredMaskOf(string name) => all.GetValueOrDefault(name);

    /// <summary>The mask of a sparse tensor that is stored dense; null for any other tensor.</summary>
    public WeightMask? MaskOf(string name) => masks.GetValueOrDefault(name);

    // Created on first use: fused updates read the mask's bits and need no tensor.
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

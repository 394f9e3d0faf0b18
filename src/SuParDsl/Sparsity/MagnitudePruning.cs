using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Makes a sparse model out of a trained dense one, in one step.</summary>
public static class MagnitudePruning
{
    extension(Model model)
    {
        /// <summary>
        /// Takes over the weights and buffers of a dense model of the same sizes. Every sparse tensor keeps the largest of its weights:
        /// as many as its density says, in the pattern of its mask (2:4, tiles, the same number in each row, or anywhere).
        /// Make optimizers afterwards.
        /// </summary>
        /// <param name="dense">The model to take weights from. What it has masked itself is not kept.</param>
        /// <param name="global">
        /// Whether the weights of all sparse tensors are ranked together, so that only their total number follows the declared densities.
        /// Each tensor keeps at least one.
        /// </param>
        /// <param name="normalize">Whether global ranking divides each tensor's weights by their Euclidean norm first, as JaxPruner does.</param>
        /// <exception cref="ArgumentException">
        /// The models differ in a tensor or buffer, the dense one has masked too much, a pattern is to be ranked globally, or
        /// normalizing is asked for without ranking globally. Nothing has changed then.
        /// </exception>
        public void PruneFrom(Model dense, bool global = false, bool normalize = false)
        {
            RequireSame(model, dense);
            if (normalize && !global)
            {
                throw new ArgumentException(MaskMoves.NothingToNormalize, nameof(normalize));
            }

            var sparse = model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name)).ToArray();
            var masks = global ? Together(model, dense, sparse, normalize) : [.. sparse.Select(tensor => One(model, dense, tensor))];
            model.SetMasks(sparse.Zip(masks).ToDictionary(static pair => pair.First.Name, static pair => pair.Second));
            foreach (var (name, weight) in dense.DenseWeights())
            {
                using var scope = NewDisposeScope();
                model.SetDenseWeight(name, weight);
            }

            using var frozen = no_grad();
            foreach (var (to, from) in model.named_buffers().Zip(dense.named_buffers()))
            {
                to.buffer.copy_(from.buffer);
            }
        }
    }

    private static WeightMask One(Model model, Model dense, ModelTensor tensor) => MaskMoves.Prune(
        tensor.Name, Candidates(model, dense, tensor.Name), dense.GetWeights(tensor.Name), model.DeclaredDensity(tensor.Name), tensor.Mask);

    private static WeightMask[] Together(Model model, Model dense, ModelTensor[] sparse, bool normalize)
    {
        MaskMoves.RequireSingleWeights(sparse);
        var kept = sparse.Sum(tensor => model.DeclaredDensity(tensor.Name) * tensor.Count);
        return sparse.Length == 0 ? [] : MaskMoves.PruneTogether(
            [.. sparse.Select(tensor => Candidates(model, dense, tensor.Name))], [.. sparse.Select(tensor => dense.GetWeights(tensor.Name))],
            kept / sparse.Sum(static tensor => tensor.Count), normalize);
    }

    private static WeightMask Candidates(Model model, Model dense, string name) =>
        dense.Masks.TryGetValue(name, out var mask) ? mask : WeightMask.Full(model.Masks[name].Shape);

    private static void RequireSame(Model model, Model dense)
    {
        var (own, others) = (Shapes(model), Shapes(dense));
        foreach (var (name, shape) in own)
        {
            if (!others.Remove(name, out var other))
            {
                throw new ArgumentException($"the {dense.GetName()} to prune has no {name}");
            }

            if (!shape.SequenceEqual(other))
            {
                throw new ArgumentException(
                    $"{name} of the {dense.GetName()} to prune has shape [{string.Join(", ", other)}], not [{string.Join(", ", shape)}]");
            }
        }

        if (others.Keys.FirstOrDefault() is { } left)
        {
            throw new ArgumentException($"the {dense.GetName()} to prune has {left}, which this {model.GetName()} has not");
        }
    }

    private static Dictionary<string, long[]> Shapes(Model model) => model.Tensors
        .Select(static tensor => (tensor.Name, Shape: tensor.Axes.Select(static axis => axis.Value).ToArray()))
        .Concat(model.named_buffers().Select(static buffer => (Name: buffer.name, Shape: buffer.buffer.shape)))
        .ToDictionary(static entry => entry.Name, static entry => entry.Shape);
}

using System.Collections.Immutable;
using SuParDsl.Sparsity;

namespace SuParDsl;

/// <summary>Creates a sparse model from a trained dense model in one step.</summary>
public static class MagnitudePruning
{
    extension(IModel model)
    {
        /// <summary>
        /// Copies the weights and buffers of a dense model with the same sizes. Every sparse tensor keeps its largest weights: as
        /// many as its density says, in the pattern of its mask (2:4, tiles, the same number in each row, or anywhere).
        /// Create optimizers afterwards.
        /// </summary>
        /// <param name="dense">The model to copy weights from. Weights that it masks itself are not kept.</param>
        /// <param name="global">
        /// Whether the weights of all sparse tensors are ranked together, so that only their total number follows the declared
        /// densities.
        /// Each tensor keeps at least one.
        /// </param>
        /// <param name="normalize">
        /// Whether global ranking divides each tensor's weights by their Euclidean norm first, as JaxPruner does.
        /// </param>
        /// <exception cref="ArgumentException">
        /// The models differ in a tensor or buffer, the dense model masks too many weights, <paramref name="global"/> is true for
        /// a mask with a pattern, or <paramref name="normalize"/> is true without it. Nothing is changed in this case.
        /// </exception>
        public void PruneFrom(IModel dense, bool global = false, bool normalize = false)
        {
            if (normalize && !global)
            {
                throw new ArgumentException(MaskMoves.NothingToNormalize, nameof(normalize));
            }

            var (weights, source) = (OutgoingWeights.Of(dense.Core), $"the {dense.GetName()} to prune");
            if (global)
            {
                var incoming = weights.To(model.Core, source);
                new CheckedWeights(
                    incoming, Together(model, dense, normalize), ImmutableDictionary<string, double>.Empty).Apply(model.Core);
            }
            else
            {
                model.Take(weights, source, anyTable: true, MaskSource.Magnitude);
            }
        }
    }

    private static Dictionary<string, WeightMask> Together(IModel model, IModel dense, bool normalize)
    {
        ModelTensor[] sparse = [.. model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name))];
        MaskMoves.RequireSingleWeights(sparse);
        var kept = sparse.Sum(tensor => model.DeclaredDensity(tensor.Name) * tensor.Count);
        var masks = sparse.Length == 0 ? [] : MaskMoves.PruneTogether(
            [.. sparse.Select(tensor =>
                dense.Masks.TryGetValue(tensor.Name, out var mask) ? mask : WeightMask.Full(model.Masks[tensor.Name].Shape))],
            [.. sparse.Select(tensor => dense.GetWeights(tensor.Name))],
            kept / sparse.Sum(static tensor => tensor.Count), normalize);
        return sparse.Zip(masks).ToDictionary(static pair => pair.First.Name, static pair => pair.Second);
    }
}

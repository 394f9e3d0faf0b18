using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Creates a sparse model from a trained dense model in one step, by weights and activations: Wanda (Sun et al., arXiv
/// 2306.11695).
/// </summary>
public static class ActivationPruning
{
    extension(IModel model)
    {
        /// <summary>
        /// Copies the weights and buffers of a dense model with the same sizes. Every sparse tensor keeps the weights with the
        /// largest |W|·‖x‖₂, where x are the values of the weight's input over all calibration inputs. Weights compete within
        /// their output, so that every output keeps the same number, up to one; with a pattern (2:4, tiles), they compete as
        /// the pattern says. Create optimizers afterwards.
        /// </summary>
        /// <param name="dense">The model to copy weights from. Weights that it masks itself are not kept.</param>
        /// <param name="calibration">
        /// Inputs of the model, as in training. One is enough; a few hundred sequences are usual.
        /// </param>
        /// <remarks>
        /// All inputs are measured in the dense model. The paper measures each block after those before it have been pruned.
        /// </remarks>
        /// <exception cref="ArgumentException">
        /// The models differ in a tensor or buffer, the dense model masks too many weights, there are no inputs, or a sparse
        /// tensor is not that of a <c>Linear</c> that the flow calls. Nothing is changed in this case.
        /// </exception>
        [OverloadResolutionPriority(1)]
        public void PruneByActivations(IModel dense, IEnumerable<Tensor> calibration) =>
            model.PruneByActivations(dense, calibration.Select(static inputs => (IReadOnlyList<Tensor>)[inputs]));

        /// <inheritdoc cref="ActivationPruning.PruneByActivations(IModel, IModel, IEnumerable{Tensor})"/>
        public void PruneByActivations(IModel dense, IEnumerable<IReadOnlyList<Tensor>> calibration)
        {
            var (outgoing, source) = (OutgoingWeights.Of(dense.Core), $"the {dense.GetName()} to prune");
            var incoming = outgoing.To(model.Core, source);
            ModelTensor[] sparse = [.. model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name))];
            var norms = InputNorms(dense, sparse, calibration);
            var masks = sparse.ToDictionary(
                static tensor => tensor.Name,
                tensor => Choose(tensor, dense, norms[tensor.Name], model.Masks[tensor.Name].Shape,
                    model.DeclaredDensity(tensor.Name)));
            new CheckedWeights(incoming, masks, ImmutableDictionary<string, double>.Empty).Apply(model.Core);
        }
    }

    private static WeightMask Choose(ModelTensor tensor, IModel dense, double[] norms, ImmutableArray<long> shape, double density)
    {
        var candidates = dense.Masks.TryGetValue(tensor.Name, out var mask) ? mask : WeightMask.Full(shape);
        var scores = dense.GetWeights(tensor.Name);
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = (float)(Math.Abs(scores[i]) * norms[i % norms.Length]);
        }

        return MaskMoves.PruneByScores(tensor.Name, candidates, scores, density, tensor.Mask);
    }

    // ‖x‖₂ of each input of each sparse matrix, by the matrix's full name.
    private static Dictionary<string, double[]> InputNorms(
        IModel dense, ModelTensor[] sparse, IEnumerable<IReadOnlyList<Tensor>> calibration)
    {
        var layers = dense.modules().OfType<ICompressible>()
            .ToDictionary(static layer => layer.WeightName, static layer => (nn.Module<Tensor, Tensor>)layer);
        if (sparse.FirstOrDefault(tensor => !layers.ContainsKey(tensor.Name)) is { } other)
        {
            throw new ArgumentException(
                $"{other.Name} is not the matrix of a Linear, for which alone activations are measured: "
                + "prune by magnitude");
        }

        // A chain of compressed layers runs without calling hooks.
        var (storage, trains) = (dense.Storage, dense.training);
        dense.UseStorage(Storage.Masked);
        dense.eval();
        Dictionary<string, Tensor> squares = [];
        var hooks = sparse.Select(tensor => layers[tensor.Name].register_forward_pre_hook((_, input) =>
        {
            Add(squares, tensor.Name, input);
            return input;
        })).ToList();
        try
        {
            using var frozen = no_grad();
            foreach (var inputs in calibration)
            {
                using var scope = NewDisposeScope();
                _ = dense.Call(inputs);
            }

            return sparse.FirstOrDefault(tensor => !squares.ContainsKey(tensor.Name)) is { } unused
                ? throw new ArgumentException(
                    $"no calibration input reached {unused.Name}: give more inputs, or prune by magnitude")
                : squares.ToDictionary(static entry => entry.Key, static entry =>
                {
                    using var scope = NewDisposeScope();
                    return entry.Value.sqrt().cpu().data<double>().ToArray();
                });
        }
        finally
        {
            hooks.ForEach(static hook => hook.remove());
            squares.Values.ToList().ForEach(static sum => sum.Dispose());
            dense.train(trains);
            dense.UseStorage(storage);
        }
    }

    private static void Add(Dictionary<string, Tensor> squares, string name, Tensor input)
    {
        using var scope = NewDisposeScope();
        var values = input.detach().flatten(0, -2).to_type(ScalarType.Float64);
        var sum = (values * values).sum([0]);
        if (squares.TryGetValue(name, out var before))
        {
            before.add_(sum, Engine.Scalars.One);
        }
        else
        {
            squares.Add(name, sum.DetachFromDisposeScope());
        }
    }
}

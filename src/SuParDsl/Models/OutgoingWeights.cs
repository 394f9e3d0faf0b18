using System.Collections.Immutable;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The weights that a model, or an average of its weights, passes to a file or to another model, with masks, measured fractions,
/// buffers and the table.
/// </summary>
/// <param name="Weights">Each tensor with a function that creates its dense form, in the order of the layers.</param>
/// <param name="Masks">The masks by full name.</param>
/// <param name="Shares">The measured fractions q by full name.</param>
/// <param name="Buffers">The buffers by full name.</param>
/// <param name="Table">The table of multipliers under Adam.</param>
internal sealed record OutgoingWeights(
    IReadOnlyList<(ModelTensor Tensor, Func<Tensor> Whole)> Weights, IReadOnlyDictionary<string, WeightMask> Masks,
    IReadOnlyDictionary<string, double> Shares, IReadOnlyList<(string Name, Tensor Buffer)> Buffers, MuTable Table)
{
    /// <summary>The weights of a model.</summary>
    /// <exception cref="InvalidOperationException">Weights were written past a mask.</exception>
    public static OutgoingWeights Of(IModelState model)
    {
        model.RequireMaskedZeros();
        return new(
            [.. model.Tensors.Select(tensor => (tensor, (Func<Tensor>)(() => model.DenseWeight(tensor.Name))))],
            model.Masks, model.Shares, [.. model.named_buffers()], model.MuTable);
    }

    /// <summary>Prepares the weights for loading into a model.</summary>
    /// <param name="model">The model to load them into.</param>
    /// <param name="source">The source of the weights, as messages name it.</param>
    /// <exception cref="ArgumentException">The model has other tensors or buffers, or other shapes.</exception>
    public IncomingWeights To(IModelState model, string source)
    {
        RequireSame(model, source);
        var densities = Table.Rows.ToDictionary(static row => row.Name, static row => row.Density);
        var buffers = Buffers.ToDictionary(static entry => entry.Name, static entry => entry.Buffer);
        return new(
            source,
            Weights.ToDictionary(
                static entry => entry.Tensor.Name,
                entry => new IncomingTensor(entry.Tensor.Name, Shape(entry.Tensor), entry.Whole)
                {
                    Mask = Masks.TryGetValue(entry.Tensor.Name, out var mask) ? () => mask : null,
                    Share = Shares.TryGetValue(entry.Tensor.Name, out var share) ? share : null,
                    Density = () => densities[entry.Tensor.Name],
                }),
            [.. model.named_buffers().Select(entry => (entry.buffer, Plain(entry.name, buffers[entry.name])))]);

        static IncomingTensor Plain(string name, Tensor values) => new(name, values.shape, () => values);
    }

    private void RequireSame(IModelState model, string source)
    {
        var others = Weights.Select(static entry => (entry.Tensor.Name, Shape: Shape(entry.Tensor)))
            .Concat(Buffers.Select(static entry => (entry.Name, Shape: entry.Buffer.shape)))
            .ToDictionary(static entry => entry.Name, static entry => entry.Shape);
        var own = model.Tensors.Select(static tensor => (tensor.Name, Shape: Shape(tensor)))
            .Concat(model.named_buffers().Select(static entry => (Name: entry.name, Shape: entry.buffer.shape)));
        foreach (var (name, shape) in own)
        {
            if (!others.Remove(name, out var other))
            {
                throw new ArgumentException($"{source} has no {name}");
            }

            if (!shape.SequenceEqual(other))
            {
                throw new ArgumentException(
                    $"{name} of {source} has shape [{string.Join(", ", other)}], not [{string.Join(", ", shape)}]");
            }
        }

        if (others.Keys.FirstOrDefault() is { } left)
        {
            throw new ArgumentException($"{source} has {left}, which this {model.GetName()} does not have");
        }
    }

    private static long[] Shape(ModelTensor tensor) => [.. tensor.Axes.Select(static axis => axis.Value)];
}

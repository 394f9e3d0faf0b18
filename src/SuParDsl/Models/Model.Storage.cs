using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>How sparse matrices are kept in memory, and their dense form whichever way that is.</content>
public abstract partial class Model
{
    /// <summary>Whether every matrix is whole for the time being, and its gradient wanted whole, too.</summary>
    internal bool KeepsWhole { get; private set; }

    /// <summary>
    /// What was asked of every sparse <c>Linear</c>, <see cref="Storage.Auto"/> leaving it to the attribute on each;
    /// <c>Linear.Storage</c> tells what each one got.
    /// </summary>
    public Storage Storage { get; private set; } = Storage.Auto;

    /// <summary>
    /// Keeps every sparse <c>Linear</c> masked or compressed, whatever its attribute says, or as that says; their weights
    /// stay as they are. Parameters are replaced; optimizers go on.
    /// </summary>
    /// <exception cref="NotSupportedException">Compressed was asked of a model that is not float32 on the CPU.</exception>
    /// <exception cref="InvalidOperationException">Weights were written past a mask, and compressed storage would drop them.</exception>
    public void UseStorage(Storage storage)
    {
        Storage = Enum.IsDefined(storage) ? storage : throw new ArgumentOutOfRangeException(nameof(storage), storage, "is not a storage");
        RequireMaskedZeros();
        ApplyStorage();
    }

    /// <summary>Every tensor's whole form by full name, in the order of the layers: the same whatever the storage.</summary>
    /// <remarks>A masked tensor's is its own memory, a compressed one's a copy that is made when it is reached.</remarks>
    public IEnumerable<(string Name, Tensor Dense)> DenseWeights()
    {
        var parameters = ParametersByName();
        var compressed = CompressedByName();
        return Tensors.Select(tensor => (tensor.Name, compressed.TryGetValue(tensor.Name, out var layer) ? layer.Dense() : parameters[tensor.Name].detach()));
    }

    /// <summary>One tensor's whole form, as in <see cref="DenseWeights"/>.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    public Tensor DenseWeight(string name) => CompressedByName().TryGetValue(name, out var layer)
        ? layer.Dense()
        : ParametersByName().TryGetValue(name, out var parameter)
            ? parameter.detach()
            : throw new ArgumentException($"this {GetName()} has no tensor {name}");

    /// <summary>Replaces a tensor's values by those of its whole form. What its mask drops is zero afterwards.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor, or it has another shape.</exception>
    public void SetDenseWeight(string name, Tensor dense)
    {
        if (!ParametersByName().TryGetValue(name, out var parameter))
        {
            throw new ArgumentException($"this {GetName()} has no tensor {name}");
        }

        // The optimizer's finer copy of a weight in half precision is an older one now.
        MasksVersion += parameter.dtype is ScalarType.Float32 or ScalarType.Float64 ? 0 : 1;
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        if (CompressedByName().TryGetValue(name, out var layer))
        {
            parameter.copy_(layer.Compressed!.FromDense(dense));
            return;
        }

        if (!parameter.shape.SequenceEqual(dense.shape))
        {
            throw new ArgumentException($"{name} has shape [{string.Join(", ", parameter.shape)}], not [{string.Join(", ", dense.shape)}]");
        }

        parameter.copy_(dense);
        if (masks.TryGetValue(name, out var mask))
        {
            MaskedZeros.Write(parameter, mask);
        }
    }

    /// <summary>The memory of all weights as they are stored, in bytes; the indices of compressed matrices are counted, masks are not.</summary>
    public long WeightBytes =>
        parameters().Sum(static parameter => parameter.numel() * parameter.element_size())
        + CompressedByName().Values.Sum(static layer => layer.Compressed!.Pattern.Bytes);

    /// <summary>The compressed layers by the full name of their weights.</summary>
    internal Dictionary<string, ICompressible> CompressedByName() =>
        modules().OfType<ICompressible>().Where(static layer => layer.Compressed is not null).ToDictionary(static layer => layer.WeightName);

    /// <summary>Keeps every matrix whole for the time being, so that it has a dense gradient; or no longer.</summary>
    internal void KeepDense(bool whole)
    {
        if (KeepsWhole != whole)
        {
            KeepsWhole = whole;
            ApplyStorage();
        }
    }

    private void ApplyStorage()
    {
        MasksVersion++;
        var stated = declaration.Tensors.Where(static tensor => tensor.IsSparse).ToDictionary(static tensor => tensor.Name, static tensor => tensor.Storage);
        foreach (var layer in modules().OfType<ICompressible>())
        {
            if (masks.TryGetValue(layer.WeightName, out var mask))
            {
                var asked = Storage == Storage.Auto ? stated[layer.WeightName] : Storage;
                layer.Store(KeepsWhole ? Storage.Masked : asked, mask);
            }
        }
    }
}

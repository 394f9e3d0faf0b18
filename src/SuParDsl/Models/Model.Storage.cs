using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>The storage of sparse matrices, and their dense form, which does not depend on the storage.</content>
public abstract partial class Model
{
    /// <summary>Whether every matrix is temporarily stored dense, so that it has a dense gradient.</summary>
    internal bool KeepsDense { get; private set; }

    /// <summary>
    /// The requested storage of every sparse <c>Linear</c>. <see cref="Storage.Auto"/> leaves the choice to each layer's
    /// attribute. <c>Linear.Storage</c> is the storage that a layer actually has.
    /// </summary>
    public Storage Storage { get; private set; } = Storage.Auto;

    /// <summary>
    /// Stores every sparse <c>Linear</c> masked or compressed, whatever its attribute says, or as the attribute says
    /// (<see cref="Storage.Auto"/>). The weights do not change. Parameters are replaced; optimizers resume.
    /// </summary>
    /// <exception cref="NotSupportedException">
    /// Compressed storage is requested, and the model is not float32 on the CPU.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Weights were written past a mask, and compressed storage would drop them.
    /// </exception>
    public void UseStorage(Storage storage)
    {
        Storage = Enum.IsDefined(storage)
            ? storage
            : throw new ArgumentOutOfRangeException(nameof(storage), storage, "is not a storage");
        RequireMaskedZeros();
        ApplyStorage();
    }

    /// <summary>
    /// The dense form of every tensor by full name, in the order of the layers. It does not depend on the storage.
    /// </summary>
    /// <remarks>
    /// The dense form of a masked tensor shares its memory. That of a compressed tensor is a copy, created during enumeration.
    /// </remarks>
    public IEnumerable<(string Name, Tensor Dense)> DenseWeights()
    {
        var parameters = ParametersByName();
        var compressed = CompressedByName();
        return Tensors.Select(tensor => (
            tensor.Name, compressed.TryGetValue(tensor.Name, out var layer) ? layer.Dense() : parameters[tensor.Name].detach()));
    }

    /// <summary>The dense form of one tensor, as in <see cref="DenseWeights"/>.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    public Tensor DenseWeight(string name) => CompressedByName().TryGetValue(name, out var layer)
        ? layer.Dense()
        : ParametersByName().TryGetValue(name, out var parameter)
            ? parameter.detach()
            : throw new ArgumentException($"this {GetName()} has no tensor {name}");

    /// <summary>Replaces a tensor's values, given in dense form. Masked weights are zero afterwards.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor, or it has another shape.</exception>
    public void SetDenseWeight(string name, Tensor dense)
    {
        if (!ParametersByName().TryGetValue(name, out var parameter))
        {
            throw new ArgumentException($"this {GetName()} has no tensor {name}");
        }

        // Increment the version for half precision, because the optimizer's float32 master copy is now out of date.
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
            throw new ArgumentException(
                $"{name} has shape [{string.Join(", ", parameter.shape)}], not [{string.Join(", ", dense.shape)}]");
        }

        parameter.copy_(dense);
        if (masks.TryGetValue(name, out var mask))
        {
            MaskedZeros.Write(parameter, mask);
        }
    }

    /// <summary>
    /// The memory of all weights as they are stored, in bytes. It includes the indices of compressed matrices, but not the masks.
    /// </summary>
    public long WeightBytes =>
        parameters().Sum(static parameter => parameter.numel() * parameter.element_size())
        + CompressedByName().Values.Sum(static layer => layer.Compressed!.Pattern.Bytes);

    /// <summary>The compressed layers by the full name of their weights.</summary>
    internal Dictionary<string, ICompressible> CompressedByName() =>
        modules().OfType<ICompressible>().Where(static layer => layer.Compressed is not null)
            .ToDictionary(static layer => layer.WeightName);

    /// <summary>Starts or stops storing every matrix dense, so that it has a dense gradient.</summary>
    internal void KeepDense(bool dense)
    {
        if (KeepsDense != dense)
        {
            KeepsDense = dense;
            ApplyStorage();
        }
    }

    private void ApplyStorage()
    {
        MasksVersion++;
        var stated = declaration.Tensors.Where(static tensor => tensor.IsSparse)
            .ToDictionary(static tensor => tensor.Name, static tensor => tensor.Storage);
        foreach (var layer in modules().OfType<ICompressible>())
        {
            if (masks.TryGetValue(layer.WeightName, out var mask))
            {
                var asked = Storage == Storage.Auto ? stated[layer.WeightName] : Storage;
                layer.Store(KeepsDense ? Storage.Masked : asked, mask);
            }
        }
    }
}

using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <content>The storage of sparse matrices, and their dense form, which does not depend on the storage.</content>
internal sealed partial class ModelCore
{
    /// <summary>Whether every matrix is temporarily stored dense, so that it has a dense gradient.</summary>
    public bool KeepsDense { get; private set; }

    /// <inheritdoc cref="IModel.Storage"/>
    public Storage Storage { get; private set; } = Storage.Auto;

    /// <inheritdoc cref="IModel.UseStorage"/>
    public void UseStorage(Storage storage)
    {
        Storage = Enum.IsDefined(storage)
            ? storage
            : throw new ArgumentOutOfRangeException(nameof(storage), storage, "is not a storage");
        RequireMaskedZeros();
        ApplyStorage();
    }

    /// <inheritdoc cref="IModel.DenseWeights"/>
    public IEnumerable<(string Name, Tensor Dense)> DenseWeights()
    {
        var parameters = ParametersByName();
        var compressed = CompressedByName();
        return Tensors.Select(tensor => (
            tensor.Name, compressed.TryGetValue(tensor.Name, out var layer) ? layer.Dense() : parameters[tensor.Name].detach()));
    }

    /// <inheritdoc cref="IModel.DenseWeight"/>
    public Tensor DenseWeight(string name) => CompressedByName().TryGetValue(name, out var layer)
        ? layer.Dense()
        : ParametersByName().TryGetValue(name, out var parameter)
            ? parameter.detach()
            : throw new ArgumentException($"this {GetName()} has no tensor {name}");

    /// <inheritdoc cref="IModel.SetDenseWeight"/>
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

    /// <inheritdoc cref="IModel.WeightBytes"/>
    public long WeightBytes =>
        module.parameters().Sum(static parameter => parameter.numel() * parameter.element_size())
        + CompressedByName().Values.Sum(static layer => layer.Compressed!.Pattern.Bytes);

    /// <summary>The compressed layers by the full name of their weights.</summary>
    public Dictionary<string, ICompressible> CompressedByName() =>
        module.modules().OfType<ICompressible>().Where(static layer => layer.Compressed is not null)
            .ToDictionary(static layer => layer.WeightName);

    /// <summary>Starts or stops storing every matrix dense, so that it has a dense gradient.</summary>
    public void KeepDense(bool dense)
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
        foreach (var layer in module.modules().OfType<ICompressible>())
        {
            if (masks.TryGetValue(layer.WeightName, out var mask))
            {
                var asked = Storage == Storage.Auto ? stated[layer.WeightName] : Storage;
                layer.Store(KeepsDense ? Storage.Masked : asked, mask);
            }
        }
    }
}

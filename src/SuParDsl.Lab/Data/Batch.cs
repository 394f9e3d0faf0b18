using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Data;

/// <summary>Examples for a model, on the CPU.</summary>
/// <param name="Inputs">
/// The model's inputs, or the first of them; the first dimension counts the examples. See <see cref="Parts"/>.
/// </param>
/// <param name="Targets">The targets that the model's outputs are compared with.</param>
public readonly record struct Batch(Tensor Inputs, Tensor Targets)
{
    private readonly ImmutableArray<(string Name, Tensor Tensor)> parts;

    /// <summary>Makes a batch for a model of several tensors.</summary>
    /// <param name="inputs">
    /// The tensors by the names of the flow's parameters, in any order: <c>[("users", users), ("items", items)]</c>. The first
    /// dimension of each counts the examples.
    /// </param>
    /// <param name="targets">The targets that the model's outputs are compared with.</param>
    /// <exception cref="ArgumentException">There are no inputs, or two of them have one name.</exception>
    public Batch(IReadOnlyList<(string Name, Tensor Tensor)> inputs, Tensor targets)
        : this(inputs.Count > 0 ? inputs[0].Tensor : throw new ArgumentException("a batch needs at least one input"), targets)
    {
        parts = [.. inputs];
        if (inputs.GroupBy(static part => part.Name).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"a batch has {twice.Count()} inputs with the name '{twice.Key}'");
        }
    }

    /// <summary>
    /// The model's inputs with their names. A batch that was made of one tensor has one part without a name.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> Parts => parts.IsDefault ? [(string.Empty, Inputs)] : parts;

    /// <summary>Runs a model on the batch.</summary>
    /// <returns>The tensors that its flow returns.</returns>
    /// <exception cref="UserException">
    /// The model takes other tensors than the batch has, or one of several has a shape or type that it cannot compute with.
    /// </exception>
    internal ImmutableArray<Tensor> Run(IModel model)
    {
        var inputs = InputsOf(model);
        try
        {
            return model.Call(inputs);
        }
        catch (ExternalException e) when (inputs.Count > 1 && !ErrorBoundary.IsMemory(e))
        {
            var given = model.InputNames.Zip(inputs, static (name, input) =>
                $"{name} of shape [{string.Join(", ", input.shape)}] ({input.dtype})");
            throw new UserException($"{model.GetName()} failed on {string.Join(", ", given)}: {e.Message.Split('\n')[0]}");
        }
    }

    /// <summary>The inputs in the order in which a model takes them.</summary>
    /// <exception cref="UserException">The model takes other tensors than the batch has.</exception>
    internal IReadOnlyList<Tensor> InputsOf(IModel model)
    {
        var names = model.InputNames;
        var given = Parts;
        if (names.Length == 1 && given.Count == 1)
        {
            return [given[0].Tensor];
        }

        var byName = given.ToDictionary(static part => part.Name, static part => part.Tensor);
        if (names.Length != given.Count || !names.All(byName.ContainsKey))
        {
            var has = parts.IsDefault ? "one input without a name" : $"the inputs {string.Join(", ", given.Select(Name))}";
            var takes = names.Length == 1 ? "one tensor" : string.Join(", ", names);
            var write = names.Length == 1 ? "new Batch(inputs, targets)"
                : $"new Batch([{string.Join(", ", names.Select(static name => $"(\"{name}\", …)"))}], targets)";
            throw new UserException($"a batch has {has}, but {model.GetName()} takes {takes}: write {write}");
        }

        return [.. names.Select(name => byName[name])];
    }

    /// <summary>The batch with every tensor mapped.</summary>
    internal Batch Map(Func<Tensor, Tensor> map) => parts.IsDefault
        ? new(map(Inputs), map(Targets))
        : new([.. parts.Select(part => (part.Name, map(part.Tensor)))], map(Targets));

    /// <summary>The batch on a device.</summary>
    internal Batch To(torch.Device device) => Map(tensor => tensor.to(device));

    /// <summary>Divides the batch into micro-batches of equal numbers of examples.</summary>
    internal IEnumerable<Batch> Chunk(int count)
    {
        var inputs = Parts.Select(part => part.Tensor.chunk(count)).ToArray();
        var targets = Targets.chunk(count);
        var named = parts;
        return Enumerable.Range(0, targets.Length).Select(index => named.IsDefault
            ? new Batch(inputs[0][index], targets[index])
            : new Batch([.. named.Select((part, input) => (part.Name, inputs[input][index]))], targets[index]));
    }

    private static string Name((string Name, Tensor Tensor) part) => part.Name;
}

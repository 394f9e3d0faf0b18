using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A model or a module in it. Its tensors have a local name in the module and a full name in the model.</summary>
internal sealed class ModelPart
{
    /// <param name="model">The model.</param>
    /// <param name="module">The model itself, or a block or layer of it.</param>
    public ModelPart(IModelState model, nn.Module module)
    {
        Name = module.GetName();
        var fullNames = model.ParametersByName().ToDictionary(
            static entry => (object)entry.Value, static entry => entry.Key, ReferenceEqualityComparer.Instance);
        Weights = [.. module.named_parameters().Select(entry => (entry.name, fullNames[entry.parameter], entry.parameter))];
        Buffers = [.. module.named_buffers()];
        Sparse =
            [.. Weights.Where(entry => model.Masks.ContainsKey(entry.Full)).Select(static entry => (entry.Local, entry.Full))];
    }

    /// <summary>The name of the module's class.</summary>
    public string Name { get; }

    /// <summary>The module's parameters as they are stored.</summary>
    public IReadOnlyList<(string Local, string Full, Parameter Parameter)> Weights { get; }

    /// <summary>The module's buffers.</summary>
    public IReadOnlyList<(string Local, Tensor Buffer)> Buffers { get; }

    /// <summary>The names of the module's parameters that have masks.</summary>
    public IReadOnlyList<(string Local, string Full)> Sparse { get; }

    /// <summary>The local names of the module's parameters and buffers.</summary>
    public IEnumerable<string> Names =>
        Weights.Select(static entry => entry.Local).Concat(Buffers.Select(static entry => entry.Local));
}

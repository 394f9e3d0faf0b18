using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The place of a layer in a model, and what follows from it for the layer's state. Layers of each number of inputs have one,
/// because TorchSharp has a base class for each number.
/// </summary>
internal struct LayerPlacement
{
    /// <summary>The scope that the layer was declared in; null outside a model.</summary>
    public ParameterScope? Scope { get; set; }

    /// <summary>The model that the layer is in; null outside one.</summary>
    public readonly IModelState? Owner => Scope?.Owner;

    /// <summary>The cache that the model runs with at the moment; null for none.</summary>
    public readonly KeyValueCache? KeyValues => Scope?.KeyValues;

    /// <summary>The scope of a layer that runs.</summary>
    /// <exception cref="InvalidOperationException">The layer is not in a model, so it is not initialised.</exception>
    public readonly ParameterScope Required(nn.Module layer) => ParameterScope.Required(Scope, layer);

    /// <summary>The state of a layer in a model, with its masks; null outside one. See <see cref="ModuleState.Of"/>.</summary>
    public static Dictionary<string, Tensor>? State(
        IModelState? owner, nn.Module layer, Dictionary<string, Tensor>? destination, string? prefix) =>
        owner is null ? null : ModuleState.Of(owner, layer, destination, prefix);

    /// <summary>Loads the state of a layer in a model; null outside one. See <see cref="ModuleState.Load"/>.</summary>
    public static (IList<string> Missing, IList<string> Unexpected)? Load(
        IModelState? owner, nn.Module layer, Dictionary<string, Tensor> source, bool strict, IList<string>? skip) =>
        owner is null ? null : ModuleState.Load(owner, layer, source, strict, skip, MaskSource.File);

    /// <summary>
    /// Reads the state of a layer in a model from a file; null outside one. See <see cref="ModuleState.Read"/>.
    /// </summary>
    public static nn.Module? Read(
        IModelState? owner, nn.Module layer, BinaryReader reader, bool strict, IList<string>? skip,
        Dictionary<string, bool>? loadedParameters) =>
        owner is null ? null : ModuleState.Read(owner, layer, reader, strict, skip, loadedParameters);
}

using System.ComponentModel;
using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The base of layers with one input and an output that may be a tuple. See <see cref="Layer"/>.</summary>
public abstract class Layer<T, TResult> : nn.Module<T, TResult>, IPositions
{
    private LayerPlacement placement;

    /// <summary>Registers the layers that the derived class's property initialisers have created.</summary>
    /// <exception cref="EngineException">TorchSharp's native libraries do not load.</exception>
    protected Layer() : base(NativeEngine.LoadThen(string.Empty)) => RegisterLayers();

    /// <summary>
    /// The factor that a hand-written <c>forward</c> must apply to residual branches: m_L^−α under <c>[MuDepth]</c>, otherwise 1.
    /// </summary>
    protected double ResidualScale => Place.ResidualScale;

    /// <summary>The scope in a model that this layer was declared in.</summary>
    /// <exception cref="InvalidOperationException">The layer is not in a model, so it is not initialised.</exception>
    private protected ParameterScope Place => placement.Required(this);

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <inheritdoc cref="ModuleState.Of"/>
    public override Dictionary<string, Tensor> state_dict(
        Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        LayerPlacement.State(placement.Owner, this, destination, prefix) ?? base.state_dict(destination, prefix);

    /// <inheritdoc cref="ModuleState.Load"/>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
        Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null) =>
        LayerPlacement.Load(placement.Owner, this, source, strict, skip) ?? base.load_state_dict(source, strict, skip);

    /// <inheritdoc cref="ModuleState.Read"/>
    public override nn.Module load(
        BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null) =>
        LayerPlacement.Read(placement.Owner, this, reader, strict, skip, loadedParameters)
        ?? base.load(reader, strict, skip, loadedParameters);

    /// <summary>Checks the sizes, then registers child layers under readable names. Emitted for blocks and models.</summary>
    protected virtual void RegisterLayers()
    {
    }

    /// <summary>
    /// Does nothing. TorchSharp would register the same layers a second time, under the names of their backing fields.
    /// </summary>
    protected sealed override void RegisterComponents()
    {
    }

    /// <summary>Stores the layer's scope in the model. Every layer's own <c>Declare</c> must call it first.</summary>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected void Declare(ParameterScope scope) => placement.Scope = scope;

    /// <summary>The rule's scale of attention logits for a head size.</summary>
    protected double AttentionScale(long headSize) => Place.AttentionScale(headSize);

    /// <summary>
    /// The keys and values of earlier positions while the model runs with a <see cref="KeyValueCache"/>, otherwise null. A
    /// hand-written <c>forward</c> passes it to <see cref="Functional.Attention"/> and <see cref="Functional.Positions"/>.
    /// </summary>
    protected KeyValueCache? KeyValues => placement.KeyValues;

    /// <summary>
    /// What keeps this layer from running on the last positions only, with a <see cref="KeyValueCache"/> of earlier ones; null
    /// for nothing. The generator overrides it where the flow combines positions, and where <c>forward</c> is written by hand and
    /// the class does not override it.
    /// </summary>
    protected virtual string? MixesPositions => null;

    string? IPositions.MixesPositions => MixesPositions;
}

/// <summary>The base of layers with two inputs and an output that may be a tuple. See <see cref="Layer"/>.</summary>
public abstract class Layer<T1, T2, TResult> : nn.Module<T1, T2, TResult>, IPositions
{
    private LayerPlacement placement;

    /// <inheritdoc cref="Layer{T, TResult}.Layer()"/>
    protected Layer() : base(NativeEngine.LoadThen(string.Empty)) => RegisterLayers();

    /// <inheritdoc cref="Layer{T, TResult}.ResidualScale"/>
    protected double ResidualScale => Place.ResidualScale;

    /// <inheritdoc cref="Layer{T, TResult}.Place"/>
    private protected ParameterScope Place => placement.Required(this);

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <inheritdoc cref="ModuleState.Of"/>
    public override Dictionary<string, Tensor> state_dict(
        Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        LayerPlacement.State(placement.Owner, this, destination, prefix) ?? base.state_dict(destination, prefix);

    /// <inheritdoc cref="ModuleState.Load"/>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
        Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null) =>
        LayerPlacement.Load(placement.Owner, this, source, strict, skip) ?? base.load_state_dict(source, strict, skip);

    /// <inheritdoc cref="ModuleState.Read"/>
    public override nn.Module load(
        BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null) =>
        LayerPlacement.Read(placement.Owner, this, reader, strict, skip, loadedParameters)
        ?? base.load(reader, strict, skip, loadedParameters);

    /// <inheritdoc cref="Layer{T, TResult}.RegisterLayers"/>
    protected virtual void RegisterLayers()
    {
    }

    /// <inheritdoc cref="Layer{T, TResult}.RegisterComponents"/>
    protected sealed override void RegisterComponents()
    {
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected void Declare(ParameterScope scope) => placement.Scope = scope;

    /// <inheritdoc cref="Layer{T, TResult}.AttentionScale"/>
    protected double AttentionScale(long headSize) => Place.AttentionScale(headSize);

    /// <inheritdoc cref="Layer{T, TResult}.KeyValues"/>
    protected KeyValueCache? KeyValues => placement.KeyValues;

    /// <inheritdoc cref="Layer{T, TResult}.MixesPositions"/>
    protected virtual string? MixesPositions => null;

    string? IPositions.MixesPositions => MixesPositions;
}

/// <summary>The base of layers with three inputs and an output that may be a tuple. See <see cref="Layer"/>.</summary>
public abstract class Layer<T1, T2, T3, TResult> : nn.Module<T1, T2, T3, TResult>, IPositions
{
    private LayerPlacement placement;

    /// <inheritdoc cref="Layer{T, TResult}.Layer()"/>
    protected Layer() : base(NativeEngine.LoadThen(string.Empty)) => RegisterLayers();

    /// <inheritdoc cref="Layer{T, TResult}.ResidualScale"/>
    protected double ResidualScale => Place.ResidualScale;

    /// <inheritdoc cref="Layer{T, TResult}.Place"/>
    private protected ParameterScope Place => placement.Required(this);

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <inheritdoc cref="ModuleState.Of"/>
    public override Dictionary<string, Tensor> state_dict(
        Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        LayerPlacement.State(placement.Owner, this, destination, prefix) ?? base.state_dict(destination, prefix);

    /// <inheritdoc cref="ModuleState.Load"/>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
        Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null) =>
        LayerPlacement.Load(placement.Owner, this, source, strict, skip) ?? base.load_state_dict(source, strict, skip);

    /// <inheritdoc cref="ModuleState.Read"/>
    public override nn.Module load(
        BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null) =>
        LayerPlacement.Read(placement.Owner, this, reader, strict, skip, loadedParameters)
        ?? base.load(reader, strict, skip, loadedParameters);

    /// <inheritdoc cref="Layer{T, TResult}.RegisterLayers"/>
    protected virtual void RegisterLayers()
    {
    }

    /// <inheritdoc cref="Layer{T, TResult}.RegisterComponents"/>
    protected sealed override void RegisterComponents()
    {
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected void Declare(ParameterScope scope) => placement.Scope = scope;

    /// <inheritdoc cref="Layer{T, TResult}.AttentionScale"/>
    protected double AttentionScale(long headSize) => Place.AttentionScale(headSize);

    /// <inheritdoc cref="Layer{T, TResult}.KeyValues"/>
    protected KeyValueCache? KeyValues => placement.KeyValues;

    /// <inheritdoc cref="Layer{T, TResult}.MixesPositions"/>
    protected virtual string? MixesPositions => null;

    string? IPositions.MixesPositions => MixesPositions;
}

/// <summary>The base of layers with four inputs and an output that may be a tuple. See <see cref="Layer"/>.</summary>
public abstract class Layer<T1, T2, T3, T4, TResult> : nn.Module<T1, T2, T3, T4, TResult>, IPositions
{
    private LayerPlacement placement;

    /// <inheritdoc cref="Layer{T, TResult}.Layer()"/>
    protected Layer() : base(NativeEngine.LoadThen(string.Empty)) => RegisterLayers();

    /// <inheritdoc cref="Layer{T, TResult}.ResidualScale"/>
    protected double ResidualScale => Place.ResidualScale;

    /// <inheritdoc cref="Layer{T, TResult}.Place"/>
    private protected ParameterScope Place => placement.Required(this);

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <inheritdoc cref="ModuleState.Of"/>
    public override Dictionary<string, Tensor> state_dict(
        Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        LayerPlacement.State(placement.Owner, this, destination, prefix) ?? base.state_dict(destination, prefix);

    /// <inheritdoc cref="ModuleState.Load"/>
    public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
        Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null) =>
        LayerPlacement.Load(placement.Owner, this, source, strict, skip) ?? base.load_state_dict(source, strict, skip);

    /// <inheritdoc cref="ModuleState.Read"/>
    public override nn.Module load(
        BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null) =>
        LayerPlacement.Read(placement.Owner, this, reader, strict, skip, loadedParameters)
        ?? base.load(reader, strict, skip, loadedParameters);

    /// <inheritdoc cref="Layer{T, TResult}.RegisterLayers"/>
    protected virtual void RegisterLayers()
    {
    }

    /// <inheritdoc cref="Layer{T, TResult}.RegisterComponents"/>
    protected sealed override void RegisterComponents()
    {
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected void Declare(ParameterScope scope) => placement.Scope = scope;

    /// <inheritdoc cref="Layer{T, TResult}.AttentionScale"/>
    protected double AttentionScale(long headSize) => Place.AttentionScale(headSize);

    /// <inheritdoc cref="Layer{T, TResult}.KeyValues"/>
    protected KeyValueCache? KeyValues => placement.KeyValues;

    /// <inheritdoc cref="Layer{T, TResult}.MixesPositions"/>
    protected virtual string? MixesPositions => null;

    string? IPositions.MixesPositions => MixesPositions;
}

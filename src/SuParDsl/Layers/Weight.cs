using System.Collections.Immutable;
using System.ComponentModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A raw tensor of parameters, used in the flow like a value. With one axis it starts at 0; with several axes it starts normally
/// distributed with standard deviation σ.
/// </summary>
public sealed class Weight : nn.Module
{
    /// <summary>The tensor.</summary>
    public Parameter weight;

    private readonly Init? init;
    private LayerPlacement placement;

    /// <summary>A tensor of the given sizes.</summary>
    /// <exception cref="SizeException">No size is given, or one is not positive.</exception>
    public Weight(params int[] sizes) : this(sizes, init: null)
    {
    }

    /// <summary>A vector that starts at the given values.</summary>
    /// <exception cref="SizeException">The size is not positive.</exception>
    public Weight(int size, Init init) : this([size], init)
    {
    }

    /// <summary>A matrix that starts at the given values.</summary>
    /// <exception cref="SizeException">A size is not positive.</exception>
    public Weight(int rows, int columns, Init init) : this([rows, columns], init)
    {
    }

    /// <summary>A tensor with three axes that starts at the given values.</summary>
    /// <exception cref="SizeException">A size is not positive.</exception>
    public Weight(int first, int second, int third, Init init) : this([first, second, third], init)
    {
    }

    private Weight(int[] sizes, Init? init) : base(nameof(Weight))
    {
        if (sizes.Length == 0 || sizes.Any(static size => size < 1))
        {
            throw new SizeException(
                $"the sizes of a Weight are [{string.Join(", ", sizes)}]: it needs at least one, each at least 1 (SUP108)");
        }

        this.init = init;
        weight = Learned.Zeros([.. sizes.Select(static size => (long)size)]);
        register_parameter(nameof(weight), weight);
    }

    /// <summary>The tensor.</summary>
    public static implicit operator Tensor(Weight layer) => layer.weight;

    /// <summary>The sum with a tensor.</summary>
    public static Tensor operator +(Weight layer, Tensor other) => Functional.Add(layer.weight, other);

    /// <summary>The sum with a tensor.</summary>
    public static Tensor operator +(Tensor other, Weight layer) => Functional.Add(other, layer.weight);

    /// <summary>The difference with a tensor.</summary>
    public static Tensor operator -(Weight layer, Tensor other) => layer.weight - other;

    /// <summary>The difference with a tensor.</summary>
    public static Tensor operator -(Tensor other, Weight layer) => other - layer.weight;

    /// <summary>The product with a tensor.</summary>
    public static Tensor operator *(Weight layer, Tensor other) => layer.weight * other;

    /// <summary>The product with a tensor.</summary>
    public static Tensor operator *(Tensor other, Weight layer) => other * layer.weight;

    /// <summary>The product with a number.</summary>
    public static Tensor operator *(double factor, Weight layer) => Functional.Multiply(layer.weight, factor);

    /// <summary>The product with a number.</summary>
    public static Tensor operator *(Weight layer, double factor) => Functional.Multiply(layer.weight, factor);

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

    /// <summary>Does nothing: the one parameter is registered under its own name.</summary>
    protected override void RegisterComponents()
    {
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(
        ParameterScope scope, ImmutableArray<Extent> sizes, int? fanIn = null, int? fanOut = null,
        TensorOptions options = default)
    {
        placement.Scope = scope;
        scope.AddWeight(nameof(weight), sizes, fanIn, fanOut, options with { Init = options.Init ?? init });
    }
}

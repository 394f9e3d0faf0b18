using System.ComponentModel;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The base of every built-in layer, block and model with one input and one output. It knows the two things that a layer
/// takes from its place in a model: the rule, and the factor on residual branches.
/// </summary>
public abstract class Layer : nn.Module<Tensor, Tensor>
{
    private Declaration? place;

    /// <summary>Registers the layers that the derived class's property initialisers have made by now.</summary>
    protected Layer() : base(string.Empty) => RegisterLayers();

    /// <summary>The factor that a hand-written <c>forward</c> puts on its residual branches: m_L^−α under <c>[MuDepth]</c>, else 1.</summary>
    protected double ResidualScale => Place.ResidualScale;

    /// <summary>The place in a model that this layer was declared at.</summary>
    /// <exception cref="InvalidOperationException">The layer is in no model, so nothing has initialised it.</exception>
    private protected Declaration Place => place ?? throw new InvalidOperationException(
        $"this {GetType().Name} is in no [Model]: only a model initialises its layers, so use it inside one");

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <summary>Checks the sizes, then registers child layers under readable names. Emitted for blocks and models.</summary>
    protected virtual void RegisterLayers()
    {
    }

    /// <summary>Nothing: TorchSharp would find the backing fields of the same layers again, under names that nobody wrote.</summary>
    protected sealed override void RegisterComponents()
    {
    }

    /// <summary>Notes the layer's place in a model. Every layer's own <c>Declare</c> calls it first.</summary>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected void Declare(Declaration at) => place = at;

    /// <summary>Refuses a size that no tensor can have, before memory is asked for.</summary>
    private protected static int Positive(int size, string name, string layer) => size > 0
        ? size
        : throw new SizeException($"{name} of a {layer} is {size}: it must be at least 1 (SUP108)");
}

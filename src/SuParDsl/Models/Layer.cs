using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The base of every built-in layer, block and model with one input and one output. It knows the two things that a layer
/// takes from its place in a model: the rule, and the factor on residual branches.
/// </summary>
public abstract class Layer : Layer<Tensor, Tensor>
{
    /// <summary>Notes the place of a layer type of the user's own, which has no <c>Declare</c> with sizes.</summary>
    internal void At(ParameterScope scope) => Declare(scope);

    /// <summary>Refuses a size that no tensor can have, before memory is asked for.</summary>
    private protected static int Positive(int size, string name, string layer) => size > 0
        ? size
        : throw new SizeException($"{name} of a {layer} is {size}: it must be at least 1 (SUP108)");
}

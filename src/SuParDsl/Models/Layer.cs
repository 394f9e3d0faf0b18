using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The base of every built-in layer and block with one input and one output. It gives access to the two settings that
/// depend on a layer's scope in a model: the rule, and the factor on residual branches.
/// </summary>
public abstract class Layer : Layer<Tensor, Tensor>, IScoped
{
    void IScoped.At(ParameterScope scope) => Declare(scope);

    /// <summary>Throws if a size is not positive, before memory is allocated.</summary>
    private protected static int Positive(int size, string name, string layer) => size > 0
        ? size
        : throw new SizeException($"{name} of a {layer} is {size}: it must be at least 1 (SUP108)");
}

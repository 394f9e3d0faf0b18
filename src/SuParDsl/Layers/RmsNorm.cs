using System.ComponentModel;
using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Root-mean-square normalisation over the last axis: x / √(mean x² + ε) · gain.</summary>
public sealed class RmsNorm : Layer
{
    private readonly double epsilon;

    /// <summary>The gain, [width].</summary>
    public Parameter weight;

    /// <summary>A norm of vectors of size <paramref name="width"/>.</summary>
    /// <param name="width">The size of the vectors.</param>
    /// <param name="epsilon">The number ε that is added to the mean square, 1e-5 in Llama 2 and 3.</param>
    /// <exception cref="SizeException">The size or ε is not positive.</exception>
    public RmsNorm(int width, double epsilon = 1e-5)
    {
        Positive(width, nameof(width), nameof(RmsNorm));
        this.epsilon = epsilon > 0 && double.IsFinite(epsilon)
            ? epsilon : throw new SizeException($"ε of a RmsNorm is {epsilon}: it must be above 0");
        weight = Learned.Zeros(width);
        register_parameter(nameof(weight), weight);
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent width, TensorOptions options = default)
    {
        Declare(scope);
        scope.AddVector(nameof(weight), width, Init.Ones, options);
    }

    /// <summary>… width → … width.</summary>
    public override Tensor forward(Tensor input)
    {
        _ = Place;
        using var scope = NewDisposeScope();
        using var number = epsilon.ToScalar();
        var inverse = (input * input).mean([-1], keepdim: true).add_(number, Scalars.One).rsqrt_();
        return (input * inverse * weight).MoveToOuterDisposeScope();
    }
}

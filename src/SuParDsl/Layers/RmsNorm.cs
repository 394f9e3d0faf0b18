using System.ComponentModel;
using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Root-mean-square normalisation over the last axis: x / √(mean x² + ε) · gain.</summary>
public sealed class RmsNorm : Layer
{
    private const double Epsilon = 1e-5;

    /// <summary>The gain, [width].</summary>
    public Parameter weight;

    /// <summary>A norm of vectors of size <paramref name="width"/>.</summary>
    /// <exception cref="SizeException">The size is not positive.</exception>
    public RmsNorm(int width)
    {
        Positive(width, nameof(width), nameof(RmsNorm));
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
        using var epsilon = Epsilon.ToScalar();
        var inverse = (input * input).mean([-1], keepdim: true).add_(epsilon, Scalars.One).rsqrt_();
        return (input * inverse * weight).MoveToOuterDisposeScope();
    }
}

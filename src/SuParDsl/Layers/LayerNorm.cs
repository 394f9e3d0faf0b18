using System.ComponentModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Layer normalisation over the last axis, with a gain and an optional bias.</summary>
public sealed class LayerNorm : Layer
{
    private const double Epsilon = 1e-5;

    /// <summary>The gain, [width].</summary>
    public Parameter weight;

    /// <summary>The bias, [width]; null without bias.</summary>
    public Parameter? bias;

    /// <summary>A norm of vectors of size <paramref name="width"/>.</summary>
    /// <exception cref="SizeException">The size is not positive.</exception>
    public LayerNorm(int width, bool bias = true)
    {
        Positive(width, nameof(width), nameof(LayerNorm));
        weight = Learned.Zeros(width);
        register_parameter(nameof(weight), weight);
        if (bias)
        {
            this.bias = Learned.Zeros(width);
            register_parameter(nameof(bias), this.bias);
        }
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent width, TensorOptions options = default)
    {
        Declare(scope);
        scope.AddVector(nameof(weight), width, Init.Ones, options);
        if (bias is not null)
        {
            scope.AddVector(nameof(bias), width, Init.Zeros, options);
        }
    }

    /// <summary>… width → … width.</summary>
    public override Tensor forward(Tensor input)
    {
        _ = Place;
        if (input.dtype is not (ScalarType.BFloat16 or ScalarType.Float16))
        {
            return nn.functional.layer_norm(input, weight.shape, weight, bias, Epsilon);
        }

        // libtorch sums the gradients of gain and bias over rows in the input's type. In bfloat16 a sum of ones stops at 256.
        using var scope = NewDisposeScope();
        return nn.functional.layer_norm(
            input.to_type(ScalarType.Float32), weight.shape, weight.to_type(ScalarType.Float32),
            bias?.to_type(ScalarType.Float32), Epsilon)
            .to_type(input.dtype).MoveToOuterDisposeScope();
    }
}

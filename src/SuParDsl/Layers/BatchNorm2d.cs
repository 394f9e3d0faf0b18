using System.ComponentModel;
using SuParDsl.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Batch normalisation over the channels of B C H W, with running statistics for inference.</summary>
public sealed class BatchNorm2d : Layer, IRunningStatistics
{
    private const double Epsilon = 1e-5, Momentum = 0.1;

    /// <summary>The gain, [channels].</summary>
    public Parameter weight;

    /// <summary>The bias, [channels].</summary>
    public Parameter bias;

    /// <summary>The running mean, [channels].</summary>
    public Tensor running_mean;

    /// <summary>The running variance, [channels].</summary>
    public Tensor running_var;

    /// <summary>A norm over <paramref name="channels"/> channels.</summary>
    /// <exception cref="SizeException">The size is not positive.</exception>
    public BatchNorm2d(int channels)
    {
        Positive(channels, nameof(channels), nameof(BatchNorm2d));
        weight = Learned.Zeros(channels);
        bias = Learned.Zeros(channels);
        running_mean = zeros(channels).DetachFromDisposeScope();
        running_var = ones(channels).DetachFromDisposeScope();
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
    }

    void IRunningStatistics.ResetStatistics()
    {
        using var frozen = no_grad();
        running_mean.zero_();
        running_var.fill_(Scalars.One);
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent channels, TensorOptions options = default)
    {
        Declare(scope);
        scope.AddVector(nameof(weight), channels, Init.Ones, options);
        scope.AddVector(nameof(bias), channels, Init.Zeros, options);
    }

    /// <summary>B C H W → B C H W.</summary>
    public override Tensor forward(Tensor input)
    {
        _ = Place;
        return nn.functional.batch_norm(input, running_mean, running_var, weight, bias, training, Momentum, Epsilon);
    }
}

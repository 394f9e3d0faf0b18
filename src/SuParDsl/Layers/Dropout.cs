using System.ComponentModel;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// In training, zeroes each coordinate with the given probability and scales up the others. In inference, returns its input.
/// <c>Attention(…, dropout: Drop)</c> applies it to attention's probabilities.
/// </summary>
public sealed class Dropout : Layer
{
    private readonly double probability;

    /// <summary>A dropout.</summary>
    /// <param name="probability">The probability that a coordinate is zeroed, in [0, 1).</param>
    /// <exception cref="SizeException">The probability is outside [0, 1).</exception>
    public Dropout(double probability) => this.probability = probability is >= 0 and < 1
        ? probability
        : throw new SizeException($"the probability of a Dropout is {probability}: it must be in [0, 1)");

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public new void Declare(ParameterScope scope) => base.Declare(scope);

    /// <summary>The probability that a coordinate is zeroed now: 0 in inference.</summary>
    internal double Probability => training ? probability : 0;

    /// <summary>Any shape → the same shape.</summary>
    public override Tensor forward(Tensor input) =>
        Probability is > 0 and var now ? nn.functional.dropout(input, now) : input.alias();
}

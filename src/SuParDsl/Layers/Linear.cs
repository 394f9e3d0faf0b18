using System.ComponentModel;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A linear map y = x·Wᵀ + b; as a readout (output role) under µP and SµPar y = x·Wᵀ/m_d + b.</summary>
public sealed class Linear : Layer
{
    /// <summary>W, [out × in].</summary>
    public Parameter weight;

    /// <summary>b, [out]; null without bias.</summary>
    public Parameter? bias;

    private double forwardMultiplier = 1;

    /// <summary>A linear map from vectors of size <paramref name="inputs"/> to vectors of size <paramref name="outputs"/>.</summary>
    /// <exception cref="SizeException">A size is not positive.</exception>
    public Linear(int inputs, int outputs, bool bias = true)
    {
        Positive(inputs, nameof(inputs), nameof(Linear));
        Positive(outputs, nameof(outputs), nameof(Linear));
        weight = Learned.Zeros(outputs, inputs);
        register_parameter(nameof(weight), weight);
        if (bias)
        {
            this.bias = Learned.Zeros(outputs);
            register_parameter(nameof(bias), this.bias);
        }
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(Declaration at, Extent inputs, Extent outputs, TensorOptions options = default)
    {
        Declare(at);
        var tensor = at.AddMatrix(nameof(weight), [outputs, inputs], inputs, outputs, options);
        forwardMultiplier = RuleTable.Of(at.Rule, tensor.Role, Quantity.Forward).At(inputs.Multiplier, outputs.Multiplier, 1);
        if (bias is not null)
        {
            at.AddVector(nameof(bias), outputs, Init.Zeros);
        }
    }

    /// <summary>… in → … out.</summary>
    public override Tensor forward(Tensor input)
    {
        _ = Place;
        if (forwardMultiplier == 1)
        {
            return nn.functional.linear(input, weight, bias);
        }

        using var scope = NewDisposeScope();
        var output = nn.functional.linear(input, weight) * forwardMultiplier;
        return (bias is null ? output : output + bias).MoveToOuterDisposeScope();
    }
}

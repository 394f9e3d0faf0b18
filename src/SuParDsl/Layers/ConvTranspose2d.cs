using System.ComponentModel;
using SuParDsl.Parameterization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A transposed convolution over images, B in H W → B out H′ W′: it reverses a <see cref="Conv2d"/>'s change of size.
/// </summary>
public sealed class ConvTranspose2d : Layer
{
    /// <summary>The kernels, [in × out/groups × kernel × kernel].</summary>
    public Parameter weight;

    /// <summary>The bias, [out]; null without bias.</summary>
    public Parameter? bias;

    private readonly int stride, padding, dilation, groups;
    private double forwardMultiplier = 1;

    /// <summary>
    /// A transposed convolution from <paramref name="inputs"/> to <paramref name="outputs"/> channels with square kernels.
    /// </summary>
    /// <exception cref="SizeException">A size is outside its range, or the groups do not divide the channels.</exception>
    public ConvTranspose2d(
        int inputs, int outputs, int kernel, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool bias = true)
    {
        Convolution.Check(nameof(ConvTranspose2d), inputs, outputs, kernel, stride, padding, dilation, groups);
        (this.stride, this.padding, this.dilation, this.groups) = (stride, padding, dilation, groups);
        weight = Learned.Zeros(inputs, outputs / groups, kernel, kernel);
        register_parameter(nameof(weight), weight);
        if (bias)
        {
            this.bias = Learned.Zeros(outputs);
            register_parameter(nameof(bias), this.bias);
        }
    }

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(
        ParameterScope scope, Extent inputs, Extent outputs, Extent kernel, Extent groups, TensorOptions options = default)
    {
        Declare(scope);
        var fanIn = Convolution.PerGroup(inputs, groups) * kernel * kernel;
        var tensor = scope.AddMatrix(
            nameof(weight), [inputs, Convolution.PerGroup(outputs, groups), kernel, kernel], fanIn, outputs, options);
        forwardMultiplier = RuleTable.Of(scope.Rule, tensor.Role, Quantity.Forward).At(fanIn.Multiplier, outputs.Multiplier, 1);
        if (bias is not null)
        {
            scope.AddVector(nameof(bias), outputs, Init.Zeros, options);
        }
    }

    /// <summary>B in H W → B out H′ W′.</summary>
    public override Tensor forward(Tensor input)
    {
        _ = Place;
        using var scope = NewDisposeScope();
        var scaled = forwardMultiplier == 1 ? input : Functional.Multiply(input, forwardMultiplier);
        return nn.functional.conv_transpose2d(
            scaled, weight, bias, [stride, stride], [padding, padding], null, [dilation, dilation],
            groups).MoveToOuterDisposeScope();
    }
}

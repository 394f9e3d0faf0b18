using System.ComponentModel;
using SuParDsl.Parameterization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A convolution over images, B in H W → B out H′ W′; its fan-in is the channels of a group times kernel².</summary>
public sealed class Conv2d : Layer
{
    /// <summary>The kernels, [out × in/groups × kernel × kernel].</summary>
    public Parameter weight;

    /// <summary>The bias, [out]; null without bias.</summary>
    public Parameter? bias;

    private readonly int stride, padding, dilation, groups;
    private double forwardMultiplier = 1;

    /// <summary>
    /// A convolution from <paramref name="inputs"/> to <paramref name="outputs"/> channels with square kernels.
    /// </summary>
    /// <exception cref="SizeException">A size is outside its range, or the groups do not divide the channels.</exception>
    public Conv2d(
        int inputs, int outputs, int kernel, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool bias = true)
    {
        Convolution.Check(nameof(Conv2d), inputs, outputs, kernel, stride, padding, dilation, groups);
        (this.stride, this.padding, this.dilation, this.groups) = (stride, padding, dilation, groups);
        weight = Learned.Zeros(outputs, inputs / groups, kernel, kernel);
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
        var perGroup = Convolution.PerGroup(inputs, groups);
        var fanIn = perGroup * kernel * kernel;
        var tensor = scope.AddMatrix(nameof(weight), [outputs, perGroup, kernel, kernel], fanIn, outputs, options);
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
        return nn.functional.conv2d(
            scaled, weight, bias, [stride, stride], [padding, padding], [dilation, dilation], groups).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Tests the operations on axes, on two tensors and on single elements against TorchSharp.</summary>
public class AxisOperationTests
{
    [Fact]
    public void Outputs_and_gradients_equal_those_of_a_hand_written_forward()
    {
        using var model = new AxisModel(AxisModel.Base, seed: 3);
        using var scope = NewDisposeScope();
        var x = ForwardTests.Input(2, 6, 4);
        var parameters = model.named_parameters().Select(static pair => pair.parameter).ToArray();
        using (no_grad())
        {
            foreach (var parameter in parameters)
            {
                // Initial weights are so small that differences would not show.
                parameter.copy_(0.3 * arange(1, parameter.numel() + 1, float32).sin().reshape(parameter.shape));
            }
        }

        var expected = Expected(model, x);
        var gradients = autograd.grad([expected.square().sum()], parameters);
        var actual = model.call(x);
        ForwardTests.AssertClose(expected, actual);
        foreach (var (gradient, other) in gradients.Zip(autograd.grad([actual.square().sum()], parameters)))
        {
            ForwardTests.AssertClose(gradient, other);
        }
    }

    [Fact]
    public void A_detached_tensor_gives_no_gradient()
    {
        using var x = ones(3, requires_grad: true);
        using var y = Functional.Add(Functional.Detach(x), x);
        y.sum().backward();
        Assert.Equal([1, 1, 1], x.grad!.data<float>());
    }

    private static Tensor Expected(AxisModel model, Tensor x)
    {
        var h = Apply(model.In, x);
        h = h + Apply(model.Mix, h.transpose(1, 2)).transpose(1, 2);
        var gate = Apply(model.Gate, h).sigmoid();
        h = gate * h + (1 - gate) * h.tanh().detach();
        h = maximum(h, h / 2 - 1) + minimum(h, h + 0.5);
        h = h.abs().sqrt() / (h.exp() + 1) + nn.functional.softplus(h).log() + 2 / (h.abs() + 3);
        var pairs = Apply(model.Fold, h.reshape(2, 3, 16));
        var spread = pairs.reshape(2, 1, 3, 8).sum([2]);
        return Apply(model.Out, h.mean([1]) + spread.mean([1]));

        static Tensor Apply(Linear layer, Tensor x) => x.matmul(layer.weight.t()) + layer.bias!;
    }
}

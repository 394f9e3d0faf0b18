using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace SuParDsl.Torch.Tests;

public class AutogradTests
{
    private sealed class Cube : SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("scale", vars[1]);
            return x * x * x * (double)vars[1];
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [grad_output * 3 * x * x * (double)ctx.get_data("scale")!, null!];
        }
    }

    private sealed class Exponential : SingleTensorFunction<Exponential>
    {
        public override string Name => nameof(Exponential);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var y = ((Tensor)vars[0]).exp();
            ctx.save_for_backward([y]);
            return y;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * ctx.get_saved_variables()[0]];
    }

    private sealed class SumAndProduct : MultiTensorFunction<SumAndProduct>
    {
        public override string Name => nameof(SumAndProduct);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            var (a, b) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([a, b]);
            return [a + b, a * b];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            return [grad_outputs[0] + grad_outputs[1] * saved[1], grad_outputs[0] + grad_outputs[1] * saved[0]];
        }
    }

    private sealed class Doubling : SingleTensorFunction<Doubling>
    {
        public override string Name => nameof(Doubling);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.mark_dirty([x]);
            return x.mul_(2);
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }

    private sealed class Failing : SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => throw new FormatException("no derivative today");
    }

    private sealed class DoublingAfterACopy : MultiTensorFunction<DoublingAfterACopy>
    {
        public override string Name => nameof(DoublingAfterACopy);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.mark_dirty([x]);
            return [x.clone(), x.mul_(2)];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) => [grad_outputs[0] + grad_outputs[1] * 2];
    }

    [Fact]
    public void GradientsMatchFiniteDifferences()
    {
        Values.Gradient(x => x.sin() * x.exp(), 0.3, -1.2, 2);
        Values.Gradient(x => x.softmax(0).log().pow(2), 0.3, -1.2, 2);
        Values.Gradient(x => nn.functional.layer_norm(x, [3]) * tensor([1.0, 2.0, 3.0]), 0.3, -1.2, 2);
        Values.Gradient(x => 1.0 / x, 0.3, -1.2, 2);
    }

    [Fact]
    public void CustomFunctionsMatchFiniteDifferences()
    {
        Values.Gradient(x => Cube.apply(x, 0.5), 0.3, -1.2, 2);
        Values.Gradient(x => Exponential.apply(x), 0.3, -1.2, 2);
        Values.Gradient(x => SumAndProduct.apply(x, x.flip(0)) is var r ? r[0] * 2 + r[1] : null!, 0.3, -1.2, 2);
        Values.Gradient(x => SumAndProduct.apply(x, x.flip(0))[1], 0.3, -1.2, 2);
        Values.Gradient(x => Doubling.apply(x * 3), 0.3, -1.2);
    }

    [Fact]
    public void SecondDerivativesFlowThroughCustomFunctions()
    {
        var x = tensor([2.0], requires_grad: true);
        var first = grad([Exponential.apply(Cube.apply(x, 0.1)).sum()], [x], retain_graph: true, create_graph: true)[0];
        var second = grad([first.sum()], [x])[0];
        double e = Math.Exp(0.8);
        Values.Are(first, e * 1.2);
        Values.Are(second, e * 1.2 * 1.2 + e * 1.2);
    }

    [Fact]
    public void WithoutRecordingThereIsNoNode()
    {
        var x = tensor([2.0], requires_grad: true);
        using (no_grad()) Assert.False(Cube.apply(x, 1.0).requires_grad);
        Assert.False(Cube.apply(tensor([2.0]), 1.0).requires_grad);
    }

    [Fact]
    public void AFailingBackwardThrowsItsOwnException()
    {
        var x = ones(2, requires_grad: true);
        var error = Assert.Throws<FormatException>(() => Failing.apply(x).sum().backward());
        Assert.Equal("no derivative today", error.Message);
    }

    [Fact]
    public void ARefusedResultLeavesNothingOfThoseBeforeIt()
    {
        using var leaf = ones(2, requires_grad: true);
        long before = Live.Tensors();
        for (int k = 0; k < 10; k++)
        {
            using var scope = NewDisposeScope();
            var error = Assert.Throws<ExternalException>(() => DoublingAfterACopy.apply(leaf));
            Assert.Contains("a leaf tensor that requires grad was changed in place", error.Message);
        }
        Assert.Equal(before, Entries.st_live_tensors());
    }

    [Fact]
    public void ASecondBackwardIsRefused()
    {
        var x = tensor([2.0], requires_grad: true);
        var y = Cube.apply(x, 1.0).sum();
        y.backward(retain_graph: true);
        y.backward();
        Values.Are(x.grad!, 24);
        Assert.ThrowsAny<Exception>(() => y.backward());
    }

    [Fact]
    public void ModesNest()
    {
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            using (enable_grad()) Assert.True(is_grad_enabled());
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        using (inference_mode()) Assert.True(is_inference_mode_enabled());
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void PresetGradientsAreFilledInPlace()
    {
        var flat = zeros(4);
        var x = ones(2, requires_grad: true);
        x.grad = flat.narrow(0, 2, 2);
        (x * tensor([3f, 4f])).sum().backward();
        Values.Are(flat, 0, 0, 3, 4);
        Assert.True(x.is_leaf);
    }
}

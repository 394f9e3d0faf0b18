using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

public class ArithmeticTests
{
    [Fact]
    public void OperatorsTakeNumbersOnBothSides()
    {
        var x = tensor([1f, 2f, 4f]);
        Values.Are(x + x, 2, 4, 8);
        Values.Are(1 + x, 2, 3, 5);
        Values.Are(x - 1, 0, 1, 3);
        Values.Are(1 - x, 0, -1, -3);
        Values.Are(2.5 * x, 2.5, 5, 10);
        Values.Are(x / 2, 0.5, 1, 2);
        Values.Are(1f / x, 1, 0.5, 0.25);
        Values.Are(x % 3, 1, 2, 1);
        Values.Are(-x, -1, -2, -4);
        Values.Are((x > 1) & (x < 4), 0, 1, 0);
        Values.Are(x == 2, 0, 1, 0);
    }

    [Fact]
    public void AddScalesByAlpha()
    {
        var x = tensor([1f, 2f]);
        Values.Are(x.add(tensor([10f, 20f]), alpha: 0.5), 6, 12);
        x.add_(tensor([10f, 20f]), alpha: -0.1);
        Values.Are(x, 0, 0);
    }

    [Fact]
    public void InPlaceFormsGiveTheTensorItself()
    {
        var x = tensor([4f, 9f]);
        Assert.Same(x, x.sqrt_().mul_(2).sub_(1).div_(2));
        Values.Are(x, 1.5, 2.5);
        Values.Are(x.addcmul_(ones(2), tensor([2f, 4f]), 0.5), 2.5, 4.5);
        Values.Are(x.addcdiv_(ones(2), tensor([2f, 4f]), 2), 3.5, 5);
        Values.Are(x.lerp_(zeros(2), tensor([0.5f, 0.5f])), 1.75, 2.5);
        Values.Are(x.clamp_(2, 2.25).fill_(7), 7, 7);
        Values.Are(x.zero_(), 0, 0);
    }

    [Fact]
    public void ElementwiseFunctions()
    {
        var x = tensor([-1.0, 0.5, 2.0]);
        Values.Are(x.abs(), 1, 0.5, 2);
        Values.Are(exp(x), Math.Exp(-1), Math.Exp(0.5), Math.Exp(2));
        Values.Are(x.pow(2), 1, 0.25, 4);
        Values.Are(x.relu(), 0, 0.5, 2);
        Values.Are(sigmoid(x), 0.26894142, 0.62245933, 0.88079708);
        Values.Are(x.gelu(), -0.15865525, 0.34573123, 1.95449974);
        Values.Are(x.silu(), -0.26894142, 0.31122967, 1.76159416);
        Values.Are(x.sign(), -1, 1, 1);
        Values.Are(clamp(x, -0.5, 1), -0.5, 0.5, 1);
        Values.Are(where(x > 0, x, zeros_like(x)), 0, 0.5, 2);
        Values.Are(maximum(x, tensor([0.0, 1.0, 1.0])), 0, 1, 2);
        Values.Are(tensor([7.0]).div(tensor([2.0]), RoundingMode.floor), 3);
        Values.Are(tensor([1.25, 1.35]).round(1), 1.2, 1.4);
        Values.Are(x.softmax(0).sum(), 1);
        Values.Are(log_softmax(x), -3.24131, -1.74131, -0.24131);

        static Tensor log_softmax(Tensor t) => nn.functional.log_softmax(t, 0);
    }

    [Fact]
    public void Reductions()
    {
        var x = tensor([1f, 2f, 3f, 4f], [2, 2]);
        Values.Are(x.sum(), 10);
        Values.Are(x.sum(1), 3, 7);
        Values.Are(x.mean([0]), 2, 3);
        Values.Are(x.var(1), 0.5, 0.5);
        Values.Are(x.std(1, unbiased: false), 0.5, 0.5);
        Values.Are(x.amax([1], keepdim: true), 2, 4);
        Values.Are(x.max(1).values, 2, 4);
        Values.Are(x.max(1).indexes, 1, 1);
        Values.Are(x.argmax(1), 1, 1);
        Values.Are(x.norm(), Math.Sqrt(30));
        Values.Are(x.norm(1f), 10);
        Values.Are(x.norm(1, false, 2), Math.Sqrt(5), 5);
        Values.Are(x.prod(), 24);
        Values.Are(x.cumsum(1), 1, 3, 3, 7);
        Values.Are(logsumexp(x, 1), 2.3132617, 4.3132617);
        Values.Are(x.count_nonzero(), 4);
        Assert.True((x > 0).all().ToBoolean());
        var (values, indices) = x.flatten().sort(descending: true);
        Values.Are(values, 4, 3, 2, 1);
        Values.Are(indices, 3, 2, 1, 0);
        Values.Are(topk(x, 1).Item1, 2, 4);
    }

    [Fact]
    public void Products()
    {
        var a = tensor([1f, 2f, 3f, 4f], [2, 2]);
        Values.Are(a.matmul(a), 7, 10, 15, 22);
        Values.Are(mm(a, a.t()), 5, 11, 11, 25);
        Values.Are(bmm(a.unsqueeze(0), a.unsqueeze(0)), 7, 10, 15, 22);
        Values.Are(addmm(ones(2, 2), a, a, 2, 0.5f), 5.5, 7, 9.5, 13);
        Values.Are(ones(1, 2, 2).baddbmm(a.unsqueeze(0), a.unsqueeze(0), beta: 0.5f, alpha: 2), 14.5, 20.5, 30.5, 44.5);
        Values.Are(einsum("ij,jk->ik", a, a), 7, 10, 15, 22);
        Values.Are(outer(tensor([1f, 2f]), tensor([3f, 4f])), 3, 4, 6, 8);
    }

    [Fact]
    public void ComparingTensors()
    {
        var x = tensor([1f, float.NaN]);
        Values.Are(x.isnan(), 0, 1);
        Values.Are(isfinite(x), 1, 0);
        Assert.True(allclose(tensor([1f]), tensor([1f + 1e-7f])));
        Assert.True(tensor([1, 2]).Equals(tensor([1, 2])));
        Values.Are(tensor([1, 2]).equal(tensor([1, 3])), 1, 0);
    }
}

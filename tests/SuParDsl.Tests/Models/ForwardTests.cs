using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Compares the emitted forward with the same mathematics written by hand.</summary>
public class ForwardTests
{
    [Fact]
    public void Mlp_equals_a_hand_written_one()
    {
        using var model = new Mlp(512, input: 20, classes: 3, density: 0.5);
        model.UseStorage(Storage.Masked);
        using var scope = NewDisposeScope();
        var x = 1000 * Input(7, 20);

        var h = nn.functional.relu(nn.functional.linear(x, model.Fc1.weight, model.Fc1.bias));
        h = nn.functional.relu(nn.functional.linear(h, model.Fc2.weight, model.Fc2.bias));
        h = nn.functional.relu(nn.functional.linear(h, model.Fc3.weight, model.Fc3.bias));
        var expected = (h.matmul(model.Head.weight.t()) / 2) + model.Head.bias!;

        AssertClose(expected, model.call(x));
    }

    [Theory]
    [InlineData(Rule.SuPar)]
    [InlineData(Rule.MuP)]
    [InlineData(Rule.Standard)]
    public void Gpt_equals_a_hand_written_one(Rule rule)
    {
        const int Width = 64, Layers = 2, HeadDim = 16, Vocab = 11, T = 5;
        using var model = new Gpt(Gpt.Base with
        {
            Width = Width, Layers = Layers, Vocab = Vocab, Context = 8, HeadDim = HeadDim,
            Attn = 0.5, Mlp = 0.25, Sigma = 0.1, AlphaIn = 1.5, AlphaOut = 0.7, Rule = rule,
        }, seed: 3);
        using var scope = NewDisposeScope();
        var ids = tensor([1L, 4, 10, 0, 3, 2, 2, 9, 5, 6], [2, T]);
        var (widthMultiplier, depthMultiplier) = rule == Rule.Standard ? (1.0, 1.0) : (Width / 256.0, Layers / 4.0);

        var x = 1.5 * (model.Tok.weight[ids] + model.Pos.weight.slice(0, 0, T, 1));
        foreach (var block in model.Blocks)
        {
            x = x + (Attend(block.Attn, RmsNorm(x, block.Norm1), rule) / depthMultiplier);
            var h = RmsNorm(x, block.Norm2);
            var gated = nn.functional.silu(h.matmul(block.Mlp.Gate.weight.t())) * h.matmul(block.Mlp.Up.weight.t());
            x = x + (gated.matmul(block.Mlp.Down.weight.t()) / depthMultiplier);
        }

        var expected = 0.7 * RmsNorm(x, model.Final).matmul(model.Tok.weight.t()) / widthMultiplier;

        AssertClose(expected, model.call(ids));

        static Tensor RmsNorm(Tensor x, RmsNorm norm) => x / (x.pow(2).mean([-1], keepdim: true) + 1e-5).sqrt() * norm.weight;

        static Tensor Attend(SelfAttention layer, Tensor x, Rule rule)
        {
            var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);
            Tensor Heads(Linear linear) =>
                (x.matmul(linear.weight.t()) + linear.bias!).view(b, t, d / HeadDim, HeadDim).transpose(1, 2);
            var scale = rule == Rule.Standard ? 1 / Math.Sqrt(HeadDim) : 1.0 / HeadDim;
            var logits = Heads(layer.Q).matmul(Heads(layer.K).transpose(-1, -2)) * scale;
            var hidden = ones(t, t).triu(1).to_type(ScalarType.Bool);
            var mixed = logits.masked_fill(hidden, float.NegativeInfinity).softmax(-1).matmul(Heads(layer.V));
            return mixed.transpose(1, 2).reshape(b, t, d).matmul(layer.O.weight.t()) + layer.O.bias!;
        }
    }

    [Fact]
    public void A_block_outside_a_model_says_so()
    {
        using var block = new SwiGlu(8, 16, 1.0);
        using var x = Input(2, 8);

        var error = Assert.Throws<InvalidOperationException>(() => block.call(x));

        Assert.Contains("is in no [Model]", error.Message, StringComparison.Ordinal);
    }

    internal static Tensor Input(params long[] shape)
    {
        var count = shape.Aggregate(1L, static (a, b) => a * b);
        return tensor([.. Enumerable.Range(0, (int)count).Select(static i => MathF.Sin((1.7f * i) + 0.3f))], shape);
    }

    internal static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var (e, a) = (expected.detach(), actual.detach());
        Assert.True(e.abs().max().ToDouble() > 1e-3, "the expected values are too small to compare");
        Assert.InRange((e - a).abs().max().ToDouble(), 0, 1e-6 * Math.Max(1, e.abs().max().ToDouble()));
    }
}

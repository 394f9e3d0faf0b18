using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Compares blocks with several inputs and outputs with the same mathematics written by hand.</summary>
public class CrossForwardTests
{
    [Fact]
    public void Cross_attention_over_a_memory_equals_a_hand_written_one()
    {
        const int Width = 16, HeadDim = 8;
        using var model = new CrossModel(
            CrossModel.Base with { Width = Width, Layers = 4, HeadDim = HeadDim, Sigma = 0.3 }, seed: 8);
        using var scope = NewDisposeScope();
        var x = ForwardTests.Input(2, 5, 3);

        var h = Map(model.In, x);
        var (a, memory) = (Map(model.Two.Left, h), tanh(Map(model.Two.Right, h)));
        var small = memory.slice(-1, 0, Width / 2, 1);
        a = Attend(model.First, a, memory);
        foreach (var block in model.Blocks)
        {
            var n = a / (a.pow(2).mean([-1], keepdim: true) + 1e-5).sqrt() * block.Norm.weight;

            // m_L = 4/2.
            a = a + (Attend(block.Attn, n, memory) / 2);
        }

        // m_d = 16/32.
        var expected = ((a * cat([small, -small], -1)).matmul(model.Head.weight.t()) * 2) + model.Head.bias!;

        ForwardTests.AssertClose(expected, model.call(x));

        static Tensor Map(Linear layer, Tensor x) => x.matmul(layer.weight.t()) + layer.bias!;

        static Tensor Attend(CrossAttention layer, Tensor x, Tensor memory)
        {
            static Tensor Heads(Tensor x) => x.view(2, 5, Width / HeadDim, HeadDim).transpose(1, 2);
            var logits = Heads(Map(layer.Q, x)).matmul(Heads(Map(layer.K, memory)).transpose(-1, -2)) / HeadDim;
            return logits.softmax(-1).matmul(Heads(Map(layer.V, memory))).transpose(1, 2).reshape(2, 5, Width);
        }
    }
}

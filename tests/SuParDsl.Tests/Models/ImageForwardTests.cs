using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>
/// Compares images, grouped attention and the operations that concatenate and split with the same mathematics written by
/// hand.
/// </summary>
public class ImageForwardTests
{
    [Theory]
    [InlineData(9)]
    [InlineData(8)]
    public void ResNet_equals_a_hand_written_one(int pixels)
    {
        using var model = new ResNet(ResNet.Base with { Width = 8, Density = 0.5, Classes = 3 }, seed: 2);
        model.eval();
        using var scope = NewDisposeScope();
        var x = 1000 * ForwardTests.Input(2, 3, pixels, pixels);

        var h = nn.functional.relu(Norm(nn.functional.conv2d(x, model.Stem.weight, model.Stem.bias, padding: [1L, 1]), model.Bn));
        h = Block(Block(Block(h, model.S1, 1), model.S2, 2), model.S3, 2);

        // The readout sums over 4·width: m_d = 8/64.
        var expected = (h.mean([2, 3]).matmul(model.Head.weight.t()) / (8 / 64.0)) + model.Head.bias!;

        ForwardTests.AssertClose(expected, model.call(x));

        static Tensor Block(Tensor x, BasicBlock block, long stride)
        {
            var main = nn.functional.relu(
                Norm(nn.functional.conv2d(x, block.Conv1.weight, strides: [stride, stride], padding: [1L, 1]), block.Norm1));
            main = Norm(nn.functional.conv2d(main, block.Conv2.weight, padding: [1L, 1]), block.Norm2);
            return nn.functional.relu(
                main + Norm(nn.functional.conv2d(x, block.Skip.weight, strides: [stride, stride]), block.NormS));
        }

        static Tensor Norm(Tensor x, BatchNorm2d norm) =>
            (x / Math.Sqrt(1 + 1e-5) * norm.weight.view(1, -1, 1, 1)) + norm.bias.view(1, -1, 1, 1);
    }

    [Fact]
    public void Vit_equals_a_hand_written_one()
    {
        const int Width = 32, HeadDim = 8, Layers = 3;
        using var model = new Vit(
            Vit.Base with { Width = Width, Layers = Layers, HeadDim = HeadDim, Image = 12, Patch = 4, Density = 0.5 }, seed: 4);
        using var scope = NewDisposeScope();
        var x = ForwardTests.Input(2, 3, 12, 12);

        // A patch is a row of 3·4·4 numbers, channel by channel.
        var patches = x.view(2, 3, 3, 4, 3, 4).permute(0, 2, 4, 1, 3, 5).reshape(2, 9, 48);
        var h = patches.matmul(model.Patch.weight.view(Width, 48).t()) + model.Patch.bias! + model.Pos.weight;
        foreach (var block in model.Blocks)
        {
            var n = nn.functional.layer_norm(h, [Width], block.Norm.weight, block.Norm.bias);
            var qkv = n.matmul(block.Qkv.weight.t()) + block.Qkv.bias!;
            Tensor Heads(int part) =>
                qkv.slice(2, part * Width, (part + 1) * Width, 1).view(2, 9, Width / HeadDim, HeadDim).transpose(1, 2);
            var mixed = (Heads(0).matmul(Heads(1).transpose(-1, -2)) / HeadDim).softmax(-1).matmul(Heads(2)).transpose(1, 2)
                .reshape(2, 9, Width);
            var attended = mixed.matmul(block.Out.weight.t()) + block.Out.bias!;
            var fed = nn.functional.gelu(n.matmul(block.Up.weight.t()) + block.Up.bias!).matmul(block.Down.weight.t())
                + block.Down.bias!;

            // Both branches are scaled by 1/m_L = 6/3.
            h = h + (attended * 2) + (fed * 2);
        }

        h = nn.functional.layer_norm(h, [Width], model.Norm.weight, model.Norm.bias).mean([1]);
        var expected = (h.matmul(model.Head.weight.t()) / (Width / 192.0)) + model.Head.bias!;

        ForwardTests.AssertClose(expected, model.call(x));
    }

    [Fact]
    public void Grouped_attention_with_positions_equals_a_hand_written_one()
    {
        const int Width = 16, HeadDim = 4, T = 16;
        using var model = new Mixture(Mixture.Base with { Width = Width, HeadDim = HeadDim, Groups = 2 }, seed: 5);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        model.Query.weight.add_(0.3 * ForwardTests.Input(Width, Width));
        var x = ForwardTests.Input(2, T, 6);

        var h = x.matmul(model.In.weight.t()) + model.In.bias!;
        h = h + Mix(h, model.Mix);
        h = cat([h, -h], -1).matmul(model.Both.weight.t()) + model.Both.bias!;
        var gained = h * model.Gain.weight;
        var keys = cat([gained.slice(2, 4, Width, 1), gained.slice(2, 0, 4, 1)], -1);
        var logits = Heads(h.matmul(model.Query.weight.t()) + model.Query.bias!).matmul(Heads(keys).transpose(-1, -2)) / HeadDim;
        var distance = (arange(T).unsqueeze(1) - arange(T).unsqueeze(0)).abs().to_type(float32);
        var slopes = tensor([.. Enumerable.Range(1, 4).Select(static i => (float)Math.Pow(2, -8.0 * i / 4))], [4, 1, 1]);
        var mixed = Causal(logits - (slopes * distance)).matmul(Heads(h)).transpose(1, 2).reshape(2, T, Width);
        var expected = ((mixed + model.Extra.weight).matmul(model.Head.weight.t()) / (Width / 64.0)) + model.Head.bias!;

        ForwardTests.AssertClose(expected, model.call(x));

        static Tensor Heads(Tensor x) => x.view(2, T, -1, HeadDim).transpose(1, 2);

        static Tensor Causal(Tensor logits) =>
            logits.masked_fill(ones(T, T).triu(1).to_type(ScalarType.Bool), float.NegativeInfinity).softmax(-1);

        static Tensor Mix(Tensor x, GqaAttention layer)
        {
            var q = Rotate(Heads(x.matmul(layer.Q.weight.t())));
            var k = Rotate(Heads(x.matmul(layer.K.weight.t())));
            var v = Heads(x.matmul(layer.V.weight.t()));
            Tensor Twice(Tensor heads) => stack([
                heads[TensorIndex.Colon, 0], heads[TensorIndex.Colon, 0], heads[TensorIndex.Colon, 1],
                heads[TensorIndex.Colon, 1],
            ], 1);
            var logits = q.matmul(Twice(k).transpose(-1, -2)) / HeadDim;
            return Causal(logits).matmul(Twice(v)).transpose(1, 2).reshape(2, T, Width).matmul(layer.O.weight.t());
        }

        static Tensor Rotate(Tensor x)
        {
            var angle = arange(T).unsqueeze(1).to_type(float32) * tensor([1f, 0.01f]);
            var (a, b) = (x.slice(-1, 0, 2, 1), x.slice(-1, 2, 4, 1));
            return cat([(a * angle.cos()) - (b * angle.sin()), (b * angle.cos()) + (a * angle.sin())], -1);
        }
    }

    /// <summary>Roles and multipliers, derived by hand in each line.</summary>
    [Fact]
    public void Roles_and_multipliers_are_those_derived_by_hand()
    {
        using var resNet = new ResNet(ResNet.Base with { Width = 128, Density = 0.25 });

        // 3 → 128 channels: the fan-in 3·3² is fixed, so an input; std σ, LR 1.
        AssertRow(resNet, "Stem.weight", Role.Input, 0.02, 1, 1);

        // 128 → 128 channels: hidden with m_d = 2 and m_ρ = 1/4; std σ/√(2/4), LR 1/(2/4).
        AssertRow(resNet, "S1.Conv1.weight", Role.Hidden, 0.02 / Math.Sqrt(0.5), 2, 1);

        // The shortcut's 1×1 kernel is hidden too.
        AssertRow(resNet, "S2.Skip.weight", Role.Hidden, 0.02 / Math.Sqrt(0.5), 2, 1);

        // Gains of a norm: LR 1. An untied readout: std σ, LR 1, forward 1/m_d = 1/2.
        AssertRow(resNet, "S2.NormS.weight", Role.Vector, 0, 1, 1);
        AssertRow(resNet, "Head.weight", Role.Output, 0.02, 1, 0.5);

        // A patch embedding: fan-in 3·4² is fixed. Positions: one scaling axis and no sum over it.
        using var vit = new Vit(Vit.Base with { Width = 384 });
        AssertRow(vit, "Patch.weight", Role.Input, 0.02, 1, 1);
        AssertRow(vit, "Pos.weight", Role.Input, 0.02, 1, 1);

        // Keys of 64/2 features scale with width: hidden, m_d = 1/4·… the fan-in is width: m_d = 256/64 = 4; m_ρ = 1/2.
        using var mixture = new Mixture(Mixture.Base with { Width = 256 });
        AssertRow(mixture, "Mix.K.weight", Role.Hidden, 0.02 / Math.Sqrt(2), 0.5, 1);
        AssertRow(mixture, "Mix.V.weight", Role.Hidden, 0.02 / Math.Sqrt(2), 0.5, 1);

        // Dense hidden with [LrScale(0.5)] and [NoDecay]: 0.5/m_d, decay 0.
        AssertRow(mixture, "Both.weight", Role.Hidden, 0.01, 0.125, 1);
        Assert.Equal(0, mixture.MuTable.Rows.Single(static row => row.Name == "Both.weight").WeightDecayMultiplier);
        AssertRow(mixture, "Query.weight", Role.Hidden, 0, 0.25, 1);
        AssertRow(mixture, "Extra.weight", Role.Hidden, 0.01, 0.25, 1);
        AssertRow(mixture, "Gain.weight", Role.Vector, 0, 1, 1);
        Assert.Equal(1, mixture.Gain.weight.min().ToDouble());

        // Depthwise kernels sum over 3² numbers whatever the width; the pointwise map after them is hidden; low-rank factors
        // are an output (width → 8, forward 1/m_d) and an input (8 → width).
        using var mobile = new Mobile(Mobile.Base with { Width = 32 });
        AssertRow(mobile, "Depthwise.weight", Role.Input, 0.02, 1, 1);
        AssertRow(mobile, "Pointwise.weight", Role.Hidden, 0.02 / Math.Sqrt(2), 0.5, 1);
        AssertRow(mobile, "Down.weight", Role.Output, 0.02, 1, 0.5);
        AssertRow(mobile, "Up.weight", Role.Input, 0.02, 1, 1);
        using var scope = NewDisposeScope();
        Assert.Equal([2, 10], mobile.call(ForwardTests.Input(2, 3, 12, 12)).shape);
    }

    private static void AssertRow(Model model, string tensor, Role role, double std, double rate, double forward)
    {
        var row = model.MuTable.Rows.Single(row => row.Name == tensor);
        Assert.Equal((tensor, role), (row.Name, row.Role));
        Assert.Equal(std, row.InitStd, 1e-12);
        Assert.Equal(rate, row.LearningRateMultiplier, 1e-12);
        Assert.Equal(forward, row.Forward, 1e-12);
    }
}

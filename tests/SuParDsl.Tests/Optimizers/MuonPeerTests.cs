using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>
/// Muon against other implementations: KellerJordan/Muon (muon.py at 857d1ad, SingleDeviceMuon run in float32 with torch 1.13 by
/// tests/reference/muon.py) and the factors of microsoft/dion's adjust_lr_spectral_norm and adjust_lr_rms_norm.
/// </summary>
public class MuonPeerTests
{
    // Two steps, η 0.02, λ 0.1, momentum 0.95: the first 16 weights afterwards.
    public static TheoryData<string, double[]> Weights => new()
    {
        // 8×4
        {
            "Up.weight",
            [
                0.0871851, 0.2230632, 0.4588105, -0.0514326, -0.03645706, 0.2618951, 0.3859082, -0.004562526,
                -0.1997767, 0.2656102, -0.09257956, 0.1007793, -0.05144591, 0.0414683, -0.09529939, -0.3138858,
            ]
        },
        // 4×8
        {
            "Down.weight",
            [
                0.08332669, 0.2317062, 0.4627694, -0.05741812, -0.04069415, 0.2625599, 0.3784552, 0.002161512,
                -0.1992931, 0.2747939, -0.09445631, 0.09754057, -0.05287099, 0.03901014, -0.08949288, -0.325246,
            ]
        },
        // 4×4
        {
            "Square.weight",
            [
                0.07237143, 0.2245461, 0.4603355, -0.0559569, -0.03116415, 0.2680153, 0.3748491, 0.004772168,
                -0.1974678, 0.2643916, -0.09852321, 0.1003264, -0.04393082, 0.03759015, -0.1019256, -0.326835,
            ]
        },
        // 8×4×3×3
        {
            "Conv.weight",
            [
                0.06863841, 0.2378049, 0.4659028, -0.05675188, -0.04883074, 0.2631201, 0.3755217, 0.0142363,
                -0.2092879, 0.2838336, -0.094692, 0.1032136, -0.04623092, 0.03391553, -0.07431665, -0.3296901,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Weights))]
    public void Two_steps_are_Muon_s(string name, double[] expected)
    {
        var after = TwoSteps(name, MuonShape.Tall);

        Assert.All(expected.Index(), e => Assert.Equal(e.Item, after[e.Index], 2e-6));
    }

    [Fact]
    public void Without_a_factor_of_the_shape_a_tall_matrix_is_not_Muon_s()
    {
        var after = TwoSteps("Up.weight", MuonShape.None);

        Assert.True(Math.Abs(0.0871851 - after[0]) > 1e-3);
    }

    // qkv 3d×d, proj d×d, up 4d×d and down d×4d.
    [Theory]
    [InlineData(MuonShape.None, 1, 1, 1, 1)]
    [InlineData(MuonShape.Tall, 1.7320508075688772, 1, 2, 1)]
    [InlineData(MuonShape.Spectral, 1.7320508075688772, 1, 2, 0.5)]
    public void Factors_over_a_GPT_are_the_peers_at_every_width(MuonShape shape, double qkv, double proj, double up, double down)
    {
        foreach (var width in new[] { 32, 64, 128 })
        {
            using var model = new DeepGpt(width, 2);
            using var optimizer = model.MuonWithAdamW(0.02, 0.002, weightDecay: 0.1, shape: shape);
            AssertFactors(optimizer, qkv, proj, up, down);
        }
    }

    [Fact]
    public void The_match_of_AdamW_s_size_is_dion_s_at_the_base_and_keeps_the_spectral_ratio()
    {
        foreach (var width in new[] { 32, 64 })
        {
            using var model = new DeepGpt(width, 2);
            using var optimizer = model.MuonWithAdamW(0.02, 0.002, weightDecay: 0.1, shape: MuonShape.AdamWRms);
            AssertFactors(optimizer, 0.2 * Math.Sqrt(96), 0.2 * Math.Sqrt(32), 0.2 * Math.Sqrt(128), 0.2 * Math.Sqrt(128));
        }
    }

    [Fact]
    public void Convolutions_are_AdamW_s_unless_asked_for()
    {
        using var model = new MuonNet(4);
        using var without = model.MuonWithAdamW(0.02, 0.002);
        using var with = model.MuonWithAdamW(0.02, 0.002, convolutions: true);

        // The first groups are Muon's, at the whole rate.
        Assert.Equal(0.1, Group(without, "Conv.weight").LearningRate, 1e-12);
        Assert.Equal(1, Group(with, "Conv.weight").LearningRate, 1e-12);
        Assert.Equal(0.1, Group(with, "Stem.weight").LearningRate, 1e-12);
        Assert.NotEqual(without.Kind, with.Kind);
    }

    [Fact]
    public void A_sparse_convolution_needs_sparse_to_be_asked_for_too()
    {
        using var model = new ResNet(ResNet.Base with { Width = 16, Density = 0.5 });
        using var without = model.MuonWithAdamW(0.02, 0.002);

        var error = Assert.Throws<ArgumentException>(() => model.MuonWithAdamW(0.02, 0.002, convolutions: true));

        Assert.Contains("S1.Conv1.weight", error.Message, StringComparison.Ordinal);
    }

    private static void AssertFactors(MuOptimizer optimizer, double qkv, double proj, double up, double down)
    {
        (string Name, double Factor)[] all =
        [
            ("Blocks.0.Attn.Qkv.weight", qkv), ("Blocks.0.Attn.Proj.weight", proj), ("Blocks.0.Mlp.Up.weight", up), ("Blocks.0.Mlp.Down.weight", down),
        ];
        Assert.All(all, e => Assert.Equal(e.Factor, Group(optimizer, e.Name).LearningRate, 1e-12));

        // The factor does not act on weight decay: rate times decay is η·λ.
        Assert.All(all, e => Assert.Equal(1, Group(optimizer, e.Name).LearningRate * Group(optimizer, e.Name).Decay, 1e-12));
    }

    private static MuGroup Group(MuOptimizer optimizer, string name) => optimizer.Groups.Single(group => group.Names.Contains(name));

    private static float[] TwoSteps(string name, MuonShape shape)
    {
        using var scope = NewDisposeScope();
        using var model = new MuonNet(4);
        var weight = model.named_parameters().Single(parameter => parameter.name == name).parameter;
        model.SetWeights(name, Draw(1));
        using var optimizer = model.MuonWithAdamW(0.02, 0.002, weightDecay: 0.1, shape: shape, convolutions: true);
        foreach (var seed in new[] { 2UL, 3UL })
        {
            weight.grad = tensor(Draw(seed)).view(weight.shape);
            optimizer.step();
        }

        return model.GetWeights(name);

        float[] Draw(ulong seed) => [.. SplitMixDraws.Uniform(seed, weight.numel()).Select(static u => (float)(u - 0.5))];
    }
}

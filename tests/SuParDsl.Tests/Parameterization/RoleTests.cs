using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Parameterization;

/// <summary>
/// Compares each kind of tensor under SµPar with multipliers derived by hand. σ = 0.02, and η and η_SGD are the base rates.
/// </summary>
public class RoleTests
{
    private const double Sigma = 0.02;

    [Fact]
    public void Keys_and_values_of_grouped_query_attention()
    {
        // 256 of 64 → 128 of 32, density ½: m_in = m_out = 4, m_ρ = ½.
        // Hidden: σ/√(4·½), η/(4·½), η_SGD·4/(4·½).
        using var model = new Mixture(Mixture.Base with { Width = 256 });
        foreach (var name in new[] { "Mix.K.weight", "Mix.V.weight" })
        {
            AssertTensor(model, name, Role.Hidden, Sigma / Math.Sqrt(2), adam: 0.5, sgd: 2);
        }
    }

    [Fact]
    public void A_convolution()
    {
        // 128 of 64 → 256 of 128 channels, 3×3 kernels, density ¼: the kernel is the same in both, m_in = m_out = 2, m_ρ = ¼.
        // Hidden: σ/√(2·¼), η/(2·¼), η_SGD·2/(2·¼).
        using var model = new ResNet(ResNet.Base with { Width = 128, Density = 0.25 });
        AssertTensor(model, "S2.Conv1.weight", Role.Hidden, Sigma / Math.Sqrt(0.5), adam: 2, sgd: 4);

        // 3 → 128 of 64: the fan-in 3·3² is fixed, m_out = 2. Input: σ, η, η_SGD·2.
        AssertTensor(model, "Stem.weight", Role.Input, Sigma, adam: 1, sgd: 2);
    }

    [Fact]
    public void A_depthwise_convolution()
    {
        // Each of 32 of 16 channels sums over its own 3² numbers: the fan-in is fixed, m_out = 2. Input: σ, η, η_SGD·2.
        using var model = new Mobile(Mobile.Base with { Width = 32 });
        AssertTensor(model, "Depthwise.weight", Role.Input, Sigma, adam: 1, sgd: 2);
    }

    [Fact]
    public void A_low_rank_pair()
    {
        // 32 of 16 → 8: only the fan-in scales, m_in = 2. Output: σ, η, η_SGD·2, forward ½.
        using var model = new Mobile(Mobile.Base with { Width = 32 });
        AssertTensor(model, "Down.weight", Role.Output, Sigma, adam: 1, sgd: 2, forward: 0.5);

        // 8 → 32 of 16: only the fan-out scales, m_out = 2. Input: σ, η, η_SGD·2.
        AssertTensor(model, "Up.weight", Role.Input, Sigma, adam: 1, sgd: 2);
    }

    [Fact]
    public void A_patch_embedding_and_its_positions()
    {
        // 3·4² → 384 of 192, m_out = 2; positions: 8² rows of 384 of 192 that nothing sums over. Input: σ, η, η_SGD·2.
        using var model = new Vit(Vit.Base with { Width = 384 });
        AssertTensor(model, "Patch.weight", Role.Input, Sigma, adam: 1, sgd: 2);
        AssertTensor(model, "Pos.weight", Role.Input, Sigma, adam: 1, sgd: 2);

        // A bias of the scaling size and one of the fixed classes: η_SGD·2 and η_SGD.
        AssertTensor(model, "Patch.bias", Role.Vector, 0, adam: 1, sgd: 2);
        AssertTensor(model, "Head.bias", Role.Vector, 0, adam: 1, sgd: 1);
    }

    [Fact]
    public void An_untied_readout()
    {
        // 384 of 192 → 10 classes: m_in = 2. Output: σ, η, η_SGD·2, forward ½.
        using var model = new Vit(Vit.Base with { Width = 384 });
        AssertTensor(model, "Head.weight", Role.Output, Sigma, adam: 1, sgd: 2, forward: 0.5);
    }

    [Fact]
    public void A_tied_readout()
    {
        // As a lookup, a table is an input with m_out = 2: σ, η, η_SGD·2, forward 1. As a readout, its logits have the
        // factor 1/m_d = ½. It is one tensor.
        using var model = new Gpt(Gpt.Base with { Width = 512, Layers = 4, Vocab = 8, Context = 8 });
        AssertTensor(model, "Tok.weight", Role.Input, Sigma, adam: 1, sgd: 2, readout: 0.5);
        Assert.Single(model.MuTable.Rows, static row => row.Name.StartsWith("Tok", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Rule.SuPar, 0.5, 0.5, 0.5)]
    [InlineData(Rule.MuP, 0.25, 0.25, 1.0)]
    [InlineData(Rule.Standard, 1.0, 1.0, 1.0)]
    public void A_layer_that_is_used_twice(Rule rule, double variance, double adam, double sgd)
    {
        // 64 of 16, density ½ of which µP and SP know nothing: m_in = m_out = 4, m_ρ = ½. It is one tensor, and each of its uses
        // sums over the same 64·½ weights: hidden, σ/√(4·½), η/(4·½), η_SGD·4/(4·½) under SµPar.
        using var model = new Shared(Shared.Base with { Width = 64, Density = 0.5, Rule = rule });
        AssertTensor(model, "Same.weight", Role.Hidden, Sigma * Math.Sqrt(variance), adam, rule == Rule.SuPar ? 2 : sgd);
        Assert.Single(model.MuTable.Rows, static row => row.Name == "Same.weight");
        using var optimizer = model.AdamW(lr: 0.01);
        Assert.Single(optimizer.Groups.SelectMany(static group => group.Names), "Same.weight");
    }

    [Fact]
    public void Gradients_of_both_uses_add_up()
    {
        using var model = new Shared(Shared.Base with { Width = 16, Density = 0.5 }, seed: 2);
        using var scope = NewDisposeScope();
        var x = ForwardTests.Input(5, 4);
        model.call(x).sum().backward();

        var (first, second) =
            (model.Same.weight.detach().clone().requires_grad_(), model.Same.weight.detach().clone().requires_grad_());
        var h = nn.functional.relu(nn.functional.linear(x, model.In.weight, model.In.bias));
        h = nn.functional.relu(nn.functional.linear(h, first));
        nn.functional.linear(nn.functional.linear(h, second), model.Head.weight, model.Head.bias).sum().backward();

        var mask = model.Masks["Same.weight"].ToTensor(ScalarType.Float32, CPU);
        var actual = model.Same.weight.grad! * mask;
        Assert.InRange((actual - ((first.grad! + second.grad!) * mask)).abs().max().ToDouble(), 0, 1e-6);
    }

    private static void AssertTensor(
        Model model, string name, Role role, double std, double adam, double sgd, double forward = 1, double? readout = null)
    {
        var row = model.MuTable.Rows.Single(row => row.Name == name);
        Assert.Equal(role, row.Role);
        Assert.Equal(std, row.InitStd, 1e-12);
        Assert.Equal(adam, row.LearningRateMultiplier, 1e-12);
        Assert.Equal(sgd, model.Table(OptimizerFamily.Sgd).Rows.Single(row => row.Name == name).LearningRateMultiplier, 1e-12);
        Assert.Equal(forward, row.Forward, 1e-12);
        Assert.Equal(readout, row.Readout);
    }
}

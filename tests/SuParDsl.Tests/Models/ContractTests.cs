using static TorchSharp.torch;

namespace SuParDsl.Tests.Models;

/// <summary>Tests a user's layer types with a contract.</summary>
public class ContractTests
{
    [Fact]
    public void Roles_follow_from_the_contract()
    {
        using var model = new ContractModel(64, density: 0.5);
        var tensors = model.Tensors.ToDictionary(static t => t.Name);

        Assert.Equal(
            ["In.weight", "In.bias", "Mid.weight", "Gate.weight", "Head.weight", "Head.bias"],
            model.Tensors.Select(static t => t.Name));
        Assert.Equal(
            [Role.Input, Role.Vector, Role.Hidden, Role.Vector, Role.Output, Role.Vector],
            model.Tensors.Select(static t => t.Role));
        Assert.Equal(
            (0.5, 0.5, 0.5), (tensors["Mid.weight"].Density.Value, tensors["Mid.weight"].Gain, tensors["Mid.weight"].LrScale));
        Assert.Equal(4, tensors["Mid.weight"].FanIn.Multiplier);
    }

    [Fact]
    public void Weights_start_by_the_rule_and_masked_ones_at_zero()
    {
        using var model = new ContractModel(256, density: 0.25);
        using var scope = NewDisposeScope();
        var hidden = model.Mid.W;
        var kept = (hidden != 0).to_type(ScalarType.Float32).mean().ToDouble();

        // σ·gain/√(m_d·m_ρ) = 0.02·0.5/√(16/4), over the kept quarter.
        Assert.Equal(0.25, kept, 3);
        Assert.InRange((hidden * hidden).sum().ToDouble() / (hidden.numel() * 0.25) / (0.005 * 0.005), 0.95, 1.05);
        Assert.InRange((model.In.W * model.In.W).mean().ToDouble() / (0.02 * 0.02), 0.85, 1.15);
        Assert.All(model.Gate.parameters().Single().data<float>().ToArray(), static value => Assert.Equal(0.5f, value));
    }

    [Fact]
    public void Every_parameter_is_in_exactly_one_group()
    {
        using var model = new ContractModel(32, density: 0.5);
        using var optimizer = model.AdamW(1e-2);

        Assert.Equal(
            model.named_parameters().Select(static p => p.name).Order(),
            optimizer.Groups.SelectMany(static g => g.Names).Order());
    }

    [Fact]
    public void A_readout_gets_its_factor_and_its_bias_none()
    {
        using var model = new ContractModel(64);
        using var scope = NewDisposeScope();
        var x = 100 * ForwardTests.Input(2, 3, 5);

        model.Head.parameters().Last().detach().fill_(2);
        var h = (x.matmul(model.In.W.t()) + model.In.parameters().Last()).relu().matmul(model.Mid.W.t()) * 0.5;
        var expected = (h.select(1, -1).matmul(model.Head.W.t()) / 4) + 2;

        ForwardTests.AssertClose(expected, model.call(x));
    }

    [Fact]
    public void Training_keeps_masked_weights_at_zero()
    {
        using var model = new ContractModel(16, density: 0.5);
        using var optimizer = model.AdamW(1e-2);
        using var scope = NewDisposeScope();
        var masked = model.Mid.W.detach().eq(0).clone();
        var before = model.Mid.W.detach().clone();

        model.call(ForwardTests.Input(2, 3, 5)).pow(2).sum().backward();
        optimizer.step();

        Assert.Equal(0, model.Mid.W.detach().masked_select(masked).abs().sum().ToDouble());
        Assert.NotEqual(0, (model.Mid.W.detach() - before).abs().sum().ToDouble());
    }

    [Fact]
    public void A_parameter_that_the_contract_leaves_out_is_refused()
    {
        var error = Assert.Throws<SizeException>(static () => new ForgetfulModel(16));

        Assert.Contains("Lost.shift is not in the [Contract] of Forgetful", error.Message, StringComparison.Ordinal);
    }
}

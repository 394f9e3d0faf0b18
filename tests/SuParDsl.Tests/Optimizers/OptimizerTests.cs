using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>Compares one step of each optimizer with its formula, on a tensor with its own multiplier.</summary>
public class OptimizerTests
{
    // Fc3 has density ¼ at m_d = 1: its learning rate is 4 times the base.
    private const double Rate = 4 * 0.01;

    [Fact]
    public void Lion()
    {
        using var model = new Mlp(256, input: 4, classes: 3);
        model.UseStorage(Storage.Masked);
        using var optimizer = model.Lion(lr: 0.01, beta1: 0.9, beta2: 0.99, weightDecay: 0.1);
        var (before, first) = Step(model, optimizer);
        var middle = Weight(model);
        var (_, second) = Step(model, optimizer);

        AssertWeights(model, i =>
        {
            var m = 0.01 * first[i];
            return Kept(model, i) * ((middle[i] * (1 - (Rate * 0.1))) - (Rate * Math.Sign((0.9 * m) + (0.1 * second[i]))));
        });
        Assert.Equal(
            (before[First(model)] * (1 - (Rate * 0.1))) - (Rate * Math.Sign(first[First(model)])), middle[First(model)], 1e-6);
    }

    [Fact]
    public void Adam_puts_its_decay_into_the_gradient()
    {
        using var model = new Mlp(256, input: 4, classes: 3);
        model.UseStorage(Storage.Masked);
#pragma warning disable SUP326 // how Adam decays is what is tested
        using var optimizer = model.Adam(lr: 0.01, eps: 1e-3, weightDecay: 0.5);
#pragma warning restore SUP326
        var (before, gradient) = Step(model, optimizer);

        AssertWeights(model, i =>
        {
            var g = Kept(model, i) * (gradient[i] + (0.5 * before[i]));
            return Kept(model, i) * (before[i] - (Rate * g / (Math.Abs(g) + 1e-3)));
        });
    }

    [Fact]
    public void Nesterov_momentum()
    {
        using var model = new Mlp(256, input: 4, classes: 3);
        model.UseStorage(Storage.Masked);
        using var optimizer = model.Sgd(lr: 0.01, momentum: 0.9, nesterov: true);
        Step(model, optimizer);
        var middle = Weight(model);
        var (_, gradient) = Step(model, optimizer);
        using var again = new Mlp(256, input: 4, classes: 3);
        again.UseStorage(Storage.Masked);
        using var plain = again.Sgd(lr: 0.01);
        var (start, firstGradient) = Step(again, plain);
        _ = start;

        AssertWeights(model, i => middle[i] - (Rate * (gradient[i] + (0.9 * ((0.9 * firstGradient[i]) + gradient[i])))));
    }

    [Fact]
    public void Muon_updates_hidden_matrices_orthogonally_and_leaves_the_rest_to_AdamW()
    {
        using var model = new Mlp(64, input: 4, classes: 3);
        using var optimizer = model.MuonWithAdamW(lr: 0.1, adamLr: 0.01, sparse: true);
        var before = model.Fc2.weight.detach().clone();
        Step(model, optimizer);
        using var scope = NewDisposeScope();
        var update = (before - model.Fc2.weight.detach()) / 0.1;
        var gram = update.matmul(update.t());
        var singular = Enumerable.Range(0, 64).Select(i => gram[i, i].ToDouble()).ToArray();

        Assert.Equal(["Fc2.weight", "Fc3.weight"], optimizer.Groups.Take(2).SelectMany(static g => g.Names).Order());
        Assert.All(singular, static s => Assert.InRange(s, 0, 1.6));
        Assert.Equal(model.parameters().Count(), optimizer.Groups.Sum(static g => g.Names.Length));
    }

    [Fact]
    public void Muon_on_sparse_matrices_has_to_be_requested()
    {
        using var model = new Mlp(64, input: 4, classes: 3);

        var error = Assert.Throws<ArgumentException>(() => model.MuonWithAdamW(lr: 0.1, adamLr: 0.01));

        Assert.Contains(
            "the density of Fc3.weight, which is 0.25: it must be 1, unless sparse: true allows",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Orthogonalised_matrices_have_singular_values_near_1()
    {
        using var scope = NewDisposeScope();
        var x = MuonBackend.Orthogonalise(ForwardTests.Input(12, 5).roll(3, 0).pow(3));
        var gram = x.t().matmul(x);

        // The trace is the sum of the squared singular values, each in about [0.7, 1.2].
        Assert.InRange(Enumerable.Range(0, 5).Sum(i => gram[i, i].ToDouble()) / 5, 0.4, 1.5);
    }

    [Fact]
    public void Half_precision_weights_follow_float32_masters()
    {
        using var model = new Mlp(256, input: 4, classes: 3);
        model.UseStorage(Storage.Masked);
        using var reference = new Mlp(256, input: 4, classes: 3);
        reference.UseStorage(Storage.Masked);
        model.to(ScalarType.BFloat16);
        using var optimizer = model.AdamW(lr: 1e-4);
        using var expected = reference.AdamW(lr: 1e-4);
        for (var step = 0; step < 20; step++)
        {
            Step(model, optimizer, ScalarType.BFloat16);
            Step(reference, expected);
        }

        using var scope = NewDisposeScope();
        var (a, b) = (model.Fc2.weight.to_type(ScalarType.Float32).detach(), reference.Fc2.weight.detach());
        var start = new Mlp(256, input: 4, classes: 3).Fc2.weight.detach();
        // Each of twenty steps of 1e-4 is below bfloat16's resolution of most weights, so only the master weights can add
        // them up.
        Assert.InRange(((a - start) - (b - start)).norm().ToDouble() / (b - start).norm().ToDouble(), 0, 0.3);
    }

    [Fact]
    public void A_step_whose_gradients_overflow_is_skipped_and_halves_the_scale()
    {
        using var model = new Mlp(256, input: 4, classes: 3);
        model.UseStorage(Storage.Masked);
        var scale = new LossScale(1024);
        using var optimizer = model.AdamW(lr: 0.01, lossScale: scale);
        var before = Weight(model);
        optimizer.zero_grad();
        using (NewDisposeScope())
        {
            (model.call(ForwardTests.Input(2, 4)).sum() * double.PositiveInfinity).backward();
        }

        optimizer.step();

        Assert.Equal(before, Weight(model));
        Assert.Equal((512.0, 1), (scale.Value, scale.Skipped));
    }

    [Fact]
    public void The_loss_scale_does_not_change_a_step()
    {
        using var scaled = new Mlp(256, input: 4, classes: 3);
        scaled.UseStorage(Storage.Masked);
        using var plain = new Mlp(256, input: 4, classes: 3);
        plain.UseStorage(Storage.Masked);
        var scale = new LossScale(1024);
        using var a = scaled.Sgd(lr: 0.01, lossScale: scale);
        using var b = plain.Sgd(lr: 0.01);
        a.zero_grad();
        b.zero_grad();
        using (NewDisposeScope())
        {
            (scaled.call(ForwardTests.Input(2, 4)).sum() * scale.Value).backward();
            plain.call(ForwardTests.Input(2, 4)).sum().backward();
        }

        a.step();
        b.step();

        Assert.Equal(Weight(plain), Weight(scaled), (x, y) => Math.Abs(x - y) < 1e-7);
    }

    private static (float[] Before, float[] Gradient) Step(Mlp model, MuOptimizer optimizer, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        var before = Weight(model);
        optimizer.zero_grad();
        nn.functional.cross_entropy(model.call(ForwardTests.Input(6, 4).to_type(type)), tensor([0L, 1, 2, 0, 1, 2])).backward();
        var gradient = model.Fc3.weight.grad!.to_type(ScalarType.Float32).data<float>().ToArray();
        optimizer.step();
        return (before, gradient);
    }

    private static float[] Weight(Mlp model)
    {
        using var scope = NewDisposeScope();
        return model.Fc3.weight.detach().to_type(ScalarType.Float32).data<float>().ToArray();
    }

    private static double Kept(Model model, int index) => model.Masks["Fc3.weight"][index] ? 1 : 0;

    private static int First(Model model) => Enumerable.Range(0, 256 * 256).First(i => Kept(model, i) > 0);

    private static void AssertWeights(Mlp model, Func<int, double> expected)
    {
        var actual = Weight(model);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.True(Math.Abs((Kept(model, i) * expected(i)) - actual[i]) <= 2e-6,
                $"weight {i} is {actual[i]}, expected {expected(i)}");
        }
    }
}

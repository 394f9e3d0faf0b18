using SuParDsl.Tests.DataParallel;
using SuParDsl.Tests.Storages;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>A tensor that is frozen, or that no backward pass has reached, stays as it is under every optimizer.</summary>
public class FrozenTests
{
    private const int Width = 32;
    private static readonly string[] Frozen = ["First.bias", "Up.weight", "Head.weight"];
    private static readonly string[] OffThePath = ["Down.bias", "Down.weight", "Up.bias", "Up.weight"];
    private static readonly string[] Names = ["AdamW", "Adam", "Sgd", "Momentum", "Dampened", "Nesterov", "Lion", "Muon"];

    /// <summary>How a loop takes its steps.</summary>
    public enum Loop
    {
        /// <summary>zero_grad, backward, ClipGradNorm, step.</summary>
        Apart,

        /// <summary>backward, step(maxNorm).</summary>
        Together,
    }

    public static IEnumerable<object[]> Ways =>
        from name in Names
        from fused in (bool[])[true, false]
        from kind in (string[])["masked", "compressed", "half"]
        where kind != "half" || !fused
        from loop in Enum.GetValues<Loop>()
        select (object[])[name, fused, kind, loop];

    public static IEnumerable<object[]> EnginesOwn =>
        from name in Names.Except(["Lion", "Muon"])
        from fused in (bool[])[true, false]
        select (object[])[name, fused];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_tensor_frozen_in_mid_training_stands_still_at_once_and_goes_on_from_its_state(string name, bool fused, string kind, Loop loop)
    {
        using var scope = NewDisposeScope();
        using var model = Model(kind);
        using var optimizer = Make(name, model, fused);
        Train(model, optimizer, loop, 3);
        var before = Snapshot(model, optimizer);

        // Between the backward pass and the step, so that there is a gradient; then for two whole steps.
        Backward(model, optimizer);
        Freeze(model, true);
        StepOn(optimizer, loop);
        Train(model, optimizer, loop, 2);

        var after = Snapshot(model, optimizer);
        Assert.All(Frozen, tensor => AssertSame(before, after, tensor));
        Assert.All(before.Weights.Keys.Except(Frozen), tensor => Assert.False(before.Weights[tensor].SequenceEqual(after.Weights[tensor]), tensor));

        Freeze(model, false);
        Train(model, optimizer, loop, 1);
        var last = Snapshot(model, optimizer);
        Assert.All(Frozen, tensor => Assert.False(after.Weights[tensor].SequenceEqual(last.Weights[tensor]), tensor));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_branch_that_no_backward_pass_reaches_stands_still(string name, bool fused, string kind, Loop loop)
    {
        using var scope = NewDisposeScope();
        using var model = Model(kind);
        using var optimizer = Make(name, model, fused);
        Train(model, optimizer, loop, 3);
        var before = Snapshot(model, optimizer);

        Train(model, optimizer, loop, 3, branch: false);

        var after = Snapshot(model, optimizer);
        Assert.All(OffThePath, tensor => AssertSame(before, after, tensor));
        Assert.All(before.Weights.Keys.Except(OffThePath), tensor => Assert.False(before.Weights[tensor].SequenceEqual(after.Weights[tensor]), tensor));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_frozen_tensor_is_one_whose_gradient_is_removed_by_hand(string name, bool fused, string kind, Loop loop)
    {
        using var scope = NewDisposeScope();
        using var frozen = Model(kind);
        using var byHand = Model(kind);
        using var first = Make(name, frozen, fused);
        using var second = Make(name, byHand, fused);
        for (var step = 0; step < 9; step++)
        {
            var stands = step is >= 3 and < 6;
            Freeze(frozen, stands);
            Backward(frozen, first);
            Backward(byHand, second);
            foreach (var parameter in stands ? byHand.ParametersByName().Where(static p => Frozen.Contains(p.Key)).Select(static p => p.Value) : [])
            {
                parameter.grad = null;
            }

            Assert.Equal(StepOn(second, loop), StepOn(first, loop));
        }

        var (expected, actual) = (Snapshot(byHand, second), Snapshot(frozen, first));
        Assert.All(expected.Weights.Keys, tensor => AssertSame(expected, actual, tensor));
    }

    [Theory]
    [MemberData(nameof(EnginesOwn))]
    public void Freezing_and_thawing_are_the_engines_own_optimizers_without_gradients(string name, bool fused)
    {
        using var scope = NewDisposeScope();
        using var model = new HandMadeMlp(Width, 1);
        using var reference = new HandMadeMlp(Width, 1);
        using var optimizer = Make(name, model, fused);
        Assert.All(optimizer.Groups, static group => Assert.Equal(1, group.LearningRate));
        using var own = EnginesOptimizer(name, reference);
        for (var step = 0; step < 12; step++)
        {
            var stands = step is >= 4 and < 8;
            Freeze(model, stands);
            optimizer.zero_grad();
            Loss(model, branch: step % 3 > 0).backward();
            optimizer.step();

            // The module's own zero_grad removes gradients, its optimizer's would zero them.
            reference.zero_grad();
            Loss(reference, branch: step % 3 > 0).backward();
            foreach (var parameter in stands ? reference.ParametersByName().Where(static p => Frozen.Contains(p.Key)).Select(static p => p.Value) : [])
            {
                parameter.grad = null;
            }

            own.step();
        }

        foreach (var (tensor, numbers) in reference.Numbers())
        {
            Assert.All(numbers.Zip(model.Numbers()[tensor]), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
        }
    }

    [Fact]
    public void A_gradient_that_was_left_before_freezing_counts_in_no_norm()
    {
        using var scope = NewDisposeScope();
        foreach (var fused in (bool[])[true, false])
        {
            using var model = Model("masked");
            using var optimizer = Make("AdamW", model, fused);
            Backward(model, optimizer);
            var all = optimizer.ClipGradNorm(double.PositiveInfinity);
            var frozen = model.Up.weight.grad!.norm().ToDouble();
            model.Up.weight.requires_grad = false;
            var rest = optimizer.ClipGradNorm(double.PositiveInfinity);

            Assert.Equal(Math.Sqrt((all * all) - (frozen * frozen)), rest, 1e-6);
            Assert.True(rest < all);
            Assert.Null(model.Up.weight.grad);
        }
    }

    [Fact]
    public void Zero_grad_removes_gradients_and_micro_batches_add_up_until_then()
    {
        using var scope = NewDisposeScope();
        using var model = Model("masked");
        using var optimizer = Make("AdamW", model, fused: true);
        Backward(model, optimizer);
        var once = model.Up.weight.grad!.clone();
        Loss(model, branch: true).backward();

        Assert.Equal(2 * once.norm().ToDouble(), model.Up.weight.grad!.norm().ToDouble(), 1e-5);
        optimizer.zero_grad();
        Assert.All(model.parameters(), static parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void A_step_without_any_gradient_moves_nothing()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in (string[])["masked", "half"])
        {
            using var model = Model(kind);
            using var optimizer = Make("AdamW", model, fused: kind != "half");
            Train(model, optimizer, Loop.Together, 2);
            var before = Snapshot(model, optimizer);
            optimizer.step();
            Assert.Equal(0, optimizer.step(maxNorm: 1));

            var after = Snapshot(model, optimizer);
            Assert.All(before.Weights.Keys, tensor => AssertSame(before, after, tensor));
        }
    }

    [Fact]
    public void A_loss_scale_takes_a_step_of_what_is_trained()
    {
        using var scope = NewDisposeScope();
        using var model = Model("half");
        var scale = new LossScale(1024);
        using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1, lossScale: scale);
        for (var step = 0; step < 4; step++)
        {
            Freeze(model, step == 3);
            var before = Snapshot(model, optimizer);
            optimizer.zero_grad();
            (Loss(model, branch: true) * scale.Value).backward();
            optimizer.step();
            var after = Snapshot(model, optimizer);
            Assert.All(Frozen, tensor => Assert.Equal(step == 3, before.Weights[tensor].SequenceEqual(after.Weights[tensor])));
        }

        // What overflows in a tensor that is frozen by now is no reason to skip a step.
        optimizer.zero_grad();
        (Loss(model, branch: true) * scale.Value).backward();
        model.Up.weight.grad = full_like(model.Up.weight, double.PositiveInfinity);
        optimizer.step();
        Assert.Equal((1024.0, 0), (scale.Value, scale.Skipped));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ranks_that_share_an_optimizer_agree_on_what_is_frozen(bool fused)
    {
        using var scope = NewDisposeScope();
        using var alone = Model("masked");
        using var whole = Make("AdamW", alone, fused);
        Run(alone, whole);
        var expected = alone.Numbers();

        Assert.All(
            ThreadRanks.Run(2, ranks =>
            {
                using var own = NewDisposeScope();
                using var model = Model("masked");
                using var optimizer = Make("AdamW", model, fused);
                optimizer.ShardOver(ranks);
                Run(model, optimizer);
                return model.Numbers();
            }),
            numbers => Assert.All(expected, entry => Assert.All(entry.Value.Zip(numbers[entry.Key]), static pair => Assert.Equal(pair.First, pair.Second, 1e-6))));

        static void Run(HandMadeMlp model, MuOptimizer optimizer)
        {
            Train(model, optimizer, Loop.Together, 2);
            Freeze(model, true);
            Train(model, optimizer, Loop.Apart, 2);
            Train(model, optimizer, Loop.Together, 1, branch: false);
            Freeze(model, false);
            Train(model, optimizer, Loop.Together, 2);
        }
    }

    private static HandMadeMlp Model(string kind)
    {
        var model = new HandMadeMlp(Width, 0.3);
        model.UseStorage(kind == "compressed" ? Storage.Compressed : Storage.Masked);
        if (kind == "half")
        {
            _ = model.to(ScalarType.BFloat16);
        }

        return model;
    }

    private static MuOptimizer Make(string name, Model model, bool fused) => name switch
    {
        "AdamW" => model.AdamW(lr: 0.01, weightDecay: 0.1, fused: fused),
#pragma warning disable SUP326 // that decay moves nothing is what is tested
        "Adam" => model.Adam(lr: 0.01, weightDecay: 0.1, fused: fused),
#pragma warning restore SUP326
        "Sgd" => model.Sgd(lr: 0.05, weightDecay: 0.1, fused: fused),
        "Momentum" => model.Sgd(lr: 0.05, momentum: 0.9, weightDecay: 0.1, fused: fused),
        "Dampened" => model.Sgd(lr: 0.05, momentum: 0.9, dampening: 0.1, weightDecay: 0.1, fused: fused),
        "Nesterov" => model.Sgd(lr: 0.05, momentum: 0.9, weightDecay: 0.1, nesterov: true, fused: fused),
        "Lion" => model.Lion(lr: 0.01, weightDecay: 0.1, fused: fused),
        "Muon" => model.MuonWithAdamW(lr: 0.02, adamLr: 0.01, weightDecay: 0.1, fused: fused, sparse: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static OptimizerHelper EnginesOptimizer(string name, Model model)
    {
        var all = model.parameters().ToLookup(static parameter => parameter.dim() > 1);
#pragma warning disable SUP401 // at the base every multiplier is 1
        return name switch
        {
            "AdamW" => optim.AdamW(
                (AdamW.ParamGroup[])[new(all[true], 0.01, weight_decay: 0.1), new(all[false], 0.01, weight_decay: 0)], 0.01),
            "Adam" => optim.Adam(
                (Adam.ParamGroup[])[new(all[true], 0.01, weight_decay: 0.1), new(all[false], 0.01, weight_decay: 0)], 0.01),
            _ => optim.SGD(
                [Group(all[true], 0.1), Group(all[false], 0)], 0.05, momentum: Momentum(), dampening: Dampening(), nesterov: name == "Nesterov"),
        };
#pragma warning restore SUP401

        SGD.ParamGroup Group(IEnumerable<Parameter> parameters, double decay) =>
            new(parameters, 0.05, Momentum(), Dampening(), decay, name == "Nesterov");

        double Momentum() => name == "Sgd" ? 0 : 0.9;

        double Dampening() => name == "Dampened" ? 0.1 : 0;
    }

    private static void Freeze(HandMadeMlp model, bool frozen)
    {
        foreach (var (name, parameter) in model.ParametersByName())
        {
            parameter.requires_grad = !(frozen && Frozen.Contains(name));
        }
    }

    private static void Train(HandMadeMlp model, MuOptimizer optimizer, Loop loop, int steps, bool branch = true)
    {
        for (var step = 0; step < steps; step++)
        {
            Backward(model, optimizer, branch);
            StepOn(optimizer, loop);
        }
    }

    private static double StepOn(MuOptimizer optimizer, Loop loop)
    {
        if (loop == Loop.Together)
        {
            return optimizer.step(maxNorm: 0.5);
        }

        var norm = optimizer.ClipGradNorm(0.5);
        optimizer.step();
        return norm;
    }

    private static void Backward(HandMadeMlp model, MuOptimizer optimizer, bool branch = true)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Loss(model, branch).backward();
    }

    private static Tensor Loss(HandMadeMlp model, bool branch)
    {
        var (x, y) = HandMadeMlp.Batch(16);
        x = x.to_type(model.First.weight.dtype);
        return nn.functional.cross_entropy(branch ? model.call(x) : model.Head.call(nn.functional.relu(model.First.call(x))), y);
    }

    private static (Dictionary<string, float[]> Weights, Dictionary<string, (long Steps, float[][] Moments)> States) Snapshot(
        Model model, MuOptimizer optimizer) => (
        ShardedWork.Weights(model),
        optimizer.States.ToDictionary(
            static entry => entry.Name, static entry => (entry.State.Steps(), (float[][])[.. entry.State.Moments().Select(ModelWeights.NumbersOf)])));

    private static void AssertSame(
        (Dictionary<string, float[]> Weights, Dictionary<string, (long Steps, float[][] Moments)> States) expected,
        (Dictionary<string, float[]> Weights, Dictionary<string, (long Steps, float[][] Moments)> States) actual, string tensor)
    {
        Assert.Equal(expected.Weights[tensor], actual.Weights[tensor]);
        Assert.Equal(expected.States[tensor].Steps, actual.States[tensor].Steps);
        Assert.Equal(expected.States[tensor].Moments, actual.States[tensor].Moments);
    }
}

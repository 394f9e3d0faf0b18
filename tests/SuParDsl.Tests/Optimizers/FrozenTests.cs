using SuParDsl.Tests.DataParallel;
using SuParDsl.Tests.Storages;
using static SuParDsl.Tests.Optimizers.FrozenWork;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>A tensor that is frozen, or that no backward pass has reached, does not change under any optimizer.</summary>
public class FrozenTests
{
    public static IEnumerable<object[]> Ways =>
        from name in Names
        from fused in (bool[])[true, false]
        from kind in (string[])["masked", "compressed", "half"]
        from loop in Enum.GetValues<Loop>()
        select (object[])[name, fused, kind, loop];

    public static IEnumerable<object[]> EnginesOwn =>
        from name in Names.Except(["Lion", "Muon"])
        from fused in (bool[])[true, false]
        select (object[])[name, fused];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_tensor_frozen_in_mid_training_stops_at_once_and_resumes_from_its_state(
        string name, bool fused, string kind, Loop loop)
    {
        using var scope = NewDisposeScope();
        using var model = Model(kind);
        using var optimizer = Make(name, model, fused);
        Train(model, optimizer, loop, 3);
        var before = Snapshot(model, optimizer);

        // Freeze the tensors between the backward pass and the step, so that they have a gradient, and then for two whole
        // steps.
        Backward(model, optimizer);
        Freeze(model, true);
        StepOn(optimizer, loop);
        Train(model, optimizer, loop, 2);

        var after = Snapshot(model, optimizer);
        Assert.All(Frozen, tensor => AssertSame(before, after, tensor));
        Assert.All(
            before.Weights.Keys.Except(Frozen),
            tensor => Assert.False(before.Weights[tensor].SequenceEqual(after.Weights[tensor]), tensor));

        Freeze(model, false);
        Train(model, optimizer, loop, 1);
        var last = Snapshot(model, optimizer);
        Assert.All(Frozen, tensor => Assert.False(after.Weights[tensor].SequenceEqual(last.Weights[tensor]), tensor));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_branch_that_no_backward_pass_reaches_does_not_change(string name, bool fused, string kind, Loop loop)
    {
        using var scope = NewDisposeScope();
        using var model = Model(kind);
        using var optimizer = Make(name, model, fused);
        Train(model, optimizer, loop, 3);
        var before = Snapshot(model, optimizer);

        Train(model, optimizer, loop, 3, branch: false);

        var after = Snapshot(model, optimizer);
        Assert.All(OffThePath, tensor => AssertSame(before, after, tensor));
        Assert.All(
            before.Weights.Keys.Except(OffThePath),
            tensor => Assert.False(before.Weights[tensor].SequenceEqual(after.Weights[tensor]), tensor));
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
            Drop(stands ? byHand : null);

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
        Assert.All(optimizer.Groups, static group => Assert.Equal(1, group.LearningRateMultiplier));
        using var own = EnginesOptimizer(name, reference);
        for (var step = 0; step < 12; step++)
        {
            var stands = step is >= 4 and < 8;
            Freeze(model, stands);
            optimizer.zero_grad();
            Loss(model, branch: step % 3 > 0).backward();
            optimizer.step();

            // The module's own zero_grad removes gradients, but its optimizer's would set them to zero.
            reference.zero_grad();
            Loss(reference, branch: step % 3 > 0).backward();
            Drop(stands ? reference : null);

            own.step();
        }

        foreach (var (tensor, numbers) in reference.Numbers())
        {
            Assert.All(numbers.Zip(model.Numbers()[tensor]), pair => Assert.Equal(pair.First, pair.Second, fused ? 2e-6 : 0));
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
    public void A_step_without_any_gradient_changes_nothing()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in (string[])["masked", "half"])
        {
            using var model = Model(kind);
            using var optimizer = Make("AdamW", model, fused: true);
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

        // An overflow in a tensor that is now frozen is no reason to skip a step.
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
            numbers => Assert.All(expected, entry => Assert.All(
                entry.Value.Zip(numbers[entry.Key]), static pair => Assert.Equal(pair.First, pair.Second, 1e-6))));

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
}

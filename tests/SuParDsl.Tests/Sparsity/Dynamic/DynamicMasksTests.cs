using System.Collections.Immutable;
using SuParDsl.Checkpoints;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Sparsity.Dynamic;

/// <summary>Tests what changes when masks change, and what does not.</summary>
[Collection(ExclusiveCollection.Name)]
public sealed class DynamicMasksTests : IDisposable
{
    private const string Moving = EvolvingTraining.Moving;

    private static readonly MaskSchedule Schedule = new() { Interval = 4, Stop = 20 };

    private readonly string folder = Directory.CreateTempSubdirectory("supardsl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(Storage.Masked, true)]
    [InlineData(Storage.Masked, false)]
    [InlineData(Storage.Compressed, true)]
    [InlineData(Storage.Compressed, false)]
    public void RigL_grows_where_the_dense_gradient_is_the_largest(Storage storage, bool fused)
    {
        using var model = EvolvingTraining.New(SparsityMethod.RigL, storage);
        using var optimizer = model.AdamW(lr: 0.01, fused: fused);
        using var masks = new DynamicMasks(model, optimizer, Schedule);
        masks.Steps(model, 3);
        var before = model.Masks[Moving];

        model.Backward(masks.Steps);
        var gradient = TensorNumbers.Of(model.Hidden.weight.grad!);
        masks.Step(1);

        // The gradient is dense in every storage, and weights are dropped by their values after the step.
        Assert.Equal(32 * 32, gradient.Length);
        Assert.Equal(storage, model.Hidden.Storage);
        var after = model.Masks[Moving];
        var grown = after.Positions().Except(before.Positions()).ToArray();
        var fraction = 0.3 * 0.5 * (1 + Math.Cos(Math.PI * 4 / 20));
        Assert.Equal(256, after.Kept);
        Assert.InRange(grown.Length, 1, (int)(fraction * 256));
        var least = grown.Min(i => Math.Abs(gradient[i]));
        Assert.All(
            Enumerable.Range(0, 1024).Where(i => !after[i] && !before[i]), i => Assert.True(Math.Abs(gradient[i]) <= least));
        var weights = model.GetWeights(Moving);
        Assert.All(grown, i => Assert.Equal(0, weights[i]));
        Assert.All(Enumerable.Range(0, 1024).Where(i => !after[i]), i => Assert.Equal(0, weights[i]));
    }

    [Theory]
    [InlineData(SparsityMethod.Set)]
    [InlineData(SparsityMethod.RigL)]
    [InlineData(SparsityMethod.Gmp)]
    public void Storages_and_optimizers_agree(SparsityMethod method)
    {
        var runs = ((Storage, bool)[])[
            (Storage.Masked, true), (Storage.Masked, false), (Storage.Compressed, true), (Storage.Compressed, false),
        ];
        var results = runs.Select(run =>
        {
            using var model = EvolvingTraining.New(method, run.Item1);
            using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1, fused: run.Item2);
            using var masks = new DynamicMasks(model, optimizer, Schedule);
            return (Losses: masks.Steps(model, 24), Mask: model.Masks[Moving].ToPacked());
        }).ToArray();

        Assert.All(results, result => Assert.Equal(results[0].Mask, result.Mask));
        Assert.All(results, result =>
            Assert.All(results[0].Losses.Zip(result.Losses), static pair => Assert.Equal(pair.First, pair.Second, 1e-4)));
    }

    [Fact]
    public void Kept_weights_keep_their_moments_and_new_ones_have_none()
    {
        using var scope = NewDisposeScope();
        using var model = EvolvingTraining.New(SparsityMethod.Set, Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Interval = 2 });
        masks.Steps(model, 1);
        var (before, old) = (model.Masks[Moving], Moments(optimizer, model.Masks[Moving]));
        model.Backward(masks.Steps);
        masks.Step(1);
        var (after, now) = (model.Masks[Moving], Moments(optimizer, model.Masks[Moving]));

        Assert.NotEqual(before.ToPacked(), after.ToPacked());
        Assert.Equal(2, optimizer.States.Single(static s => s.Name == Moving).State.Steps());
        Assert.All(after.Positions().Except(before.Positions()), i => Assert.Equal(0, now[i]));
        Assert.Contains(after.Positions().Intersect(before.Positions()), i => now[i] != 0 && old[i] != 0);
    }

    [Fact]
    public void Pruning_begins_dense_and_follows_its_schedule_to_the_end()
    {
        using var model = EvolvingTraining.New(SparsityMethod.Gmp, density: 0.1);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule);
        List<long> kept = [];
        for (var update = 0; update < 6; update++)
        {
            kept.Add(model.Masks[Moving].Kept);
            masks.Steps(model, 4);
        }

        // 1024·(0.1 + 0.9·(1 − t)³) at t = 0, 1/5, …, 1.
        Assert.Equal([1024, 574, 301, 161, 110, 102], kept);
        Assert.Equal(5, masks.Updates);
    }

    [Theory]
    [InlineData(Rule.SuPar, 0.5, 1)]
    [InlineData(Rule.SuParFinal, 5, 10)]
    [InlineData(Rule.MuP, 0.5, 1)]
    public void Under_pruning_SuPar_follows_the_density_of_the_moment(Rule rule, double rateAtFirst, double variance)
    {
        using var model = EvolvingTraining.New(SparsityMethod.Gmp, density: 0.1, rule: rule);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule);
        var first = Row(model);
        masks.Steps(model, 24);
        var rate = optimizer.Groups.Single(static group => group.Names.Contains(Moving)).LearningRateMultiplier;

        // Width 32 over 16: m_d = 2. In the end 102 of 1024 weights are kept.
        Assert.Equal(rateAtFirst, first.LearningRateMultiplier, 1e-12);
        Assert.Equal(0.02 * Math.Sqrt(variance / 2), first.InitStd, 1e-12);
        Assert.Equal(rule switch { Rule.MuP => 0.5, Rule.SuParFinal => 5, _ => 0.5 * 1024 / 102 }, rate, 1e-9);
    }

    [Fact]
    public void The_fraction_of_a_random_mask_is_about_its_density()
    {
        using var model = EvolvingTraining.New(SparsityMethod.Static, density: 0.25, rule: Rule.Measured, width: 256);
        using var optimizer = model.AdamW(lr: 0.001);
        using var masks = new DynamicMasks(model, optimizer, Schedule);
        masks.Steps(model, 20);
        var rate = optimizer.Groups.Single(static group => group.Names.Contains(Moving)).LearningRateMultiplier;

        // With m_d = 16, SµPar's multiplier is 1/(16·¼). The measured one is within a quarter of an octave of it.
        Assert.Equal(5, masks.Updates);
        Assert.InRange(Math.Log2(model.Shares[Moving] / 0.25), -0.25, 0.25);
        Assert.Equal(1 / (16 * model.Shares[Moving]), rate, 1e-9);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.0625)]
    public void The_fraction_of_a_random_mask_follows_from_how_many_inputs_are_aligned(double density)
    {
        using var scope = NewDisposeScope();
        using var model = EvolvingTraining.New(SparsityMethod.Static, density: density, rule: Rule.Measured, width: 256);
        using var optimizer = model.AdamW(lr: 0.001);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Interval = 1 });
        Tensor? seen = null;
        model.Hidden.register_forward_pre_hook((_, input) => seen = input.detach().clone().DetachFromDisposeScope());
        model.Backward(0);
        var step = model.Hidden.weight.grad!.sign();
        var aligned = (seen!.mm(step.t()).pow(2).sum() / (256 * seen!.pow(2).sum())).ToDouble();
        masks.Step(1);
        seen!.Dispose();

        // q² = ρ² + ρ(1 − ρ)/κ (docs/measured-rule.md).
        Assert.Equal(1, model.Shares[Moving] / Math.Sqrt((density * density) + (density * (1 - density) / aligned)), 0.1);
    }

    [Theory]
    [InlineData(Storage.Masked)]
    [InlineData(Storage.Compressed)]
    public void The_fraction_is_that_of_the_definition(Storage storage)
    {
        using var scope = NewDisposeScope();
        using var model = EvolvingTraining.New(SparsityMethod.RigL, storage, rule: Rule.Measured);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Interval = 1 });
        Tensor? seen = null;
        model.Hidden.register_forward_pre_hook((_, input) => seen = input.detach().clone().DetachFromDisposeScope());
        model.Backward(0);
        var (step, mask) = (model.Hidden.weight.grad!.sign(), model.Masks[Moving].ToTensor(ScalarType.Float32, CPU));
        var input = seen!;
        var expected = (input.mm((step * mask).t()).pow(2).mean() / input.mm(step.t()).pow(2).mean()).sqrt().ToDouble();
        masks.Step(1);

        Assert.Equal(expected, model.Shares[Moving], 1e-5);
        seen!.Dispose();
    }

    [Theory]
    [InlineData(SparsityMethod.Set, Rule.SuPar)]
    [InlineData(SparsityMethod.RigL, Rule.Measured)]
    [InlineData(SparsityMethod.Gmp, Rule.SuPar)]
    public void Resumption_is_exact(SparsityMethod method, Rule rule)
    {
        var saved = Path.Combine(folder, "saved");
        foreach (var storage in (Storage[])[Storage.Masked, Storage.Compressed])
        {
            using var first = EvolvingTraining.New(method, storage, rule: rule);
            using var one = first.AdamW(lr: 0.01);
            using var masks = new DynamicMasks(first, one, Schedule);
            masks.Steps(first, 11);
            TrainingCheckpoint.Save(saved, first, one, new(11, null, ImmutableDictionary<string, string>.Empty));
            var expected = masks.Steps(first, 12);

            using var second = EvolvingTraining.New(method, storage, rule: rule);
            using var two = second.AdamW(lr: 0.01);
            TrainingCheckpoint.Load(saved, second, two);
            using var resumed = new DynamicMasks(second, two, Schedule, steps: 11);

            Assert.Equal(expected, resumed.Steps(second, 12));
            Assert.Equal(first.Masks[Moving].ToPacked(), second.Masks[Moving].ToPacked());
            Directory.Delete(saved, recursive: true);
        }
    }

    [Fact]
    public void A_checkpoint_from_before_the_first_measurement_restores_the_fractions_of_that_time()
    {
        var saved = Path.Combine(folder, "saved");
        using var model = EvolvingTraining.New(SparsityMethod.Set, rule: Rule.Measured);
        using var optimizer = model.AdamW(lr: 0.01);
        TrainingCheckpoint.Save(saved, model, optimizer, new(0, null, ImmutableDictionary<string, string>.Empty));
        var rate = Row(model).LearningRateMultiplier;
        using (var masks = new DynamicMasks(model, optimizer, Schedule))
        {
            masks.Steps(model, 8);
        }

        Assert.NotEqual(rate, Row(model).LearningRateMultiplier);
        TrainingCheckpoint.Load(saved, model, optimizer);
        Assert.Empty(model.Shares);
        Assert.Equal(rate, Row(model).LearningRateMultiplier);
    }

    [Fact]
    public void Micro_batches_add_up_to_the_gradients_that_masks_change_by()
    {
        using var whole = EvolvingTraining.New(SparsityMethod.RigL, Storage.Compressed);
        using var parts = EvolvingTraining.New(SparsityMethod.RigL, Storage.Compressed);
        using var one = whole.Sgd(lr: 0.01);
        using var two = parts.Sgd(lr: 0.01);
        using var first = new DynamicMasks(whole, one, Schedule with { Interval = 1 });
        using var second = new DynamicMasks(parts, two, Schedule with { Interval = 1 });
        whole.Backward(0);
        whole.Backward(1);
        parts.Backward(1);
        parts.Backward(0);
        first.Step(double.PositiveInfinity);
        second.Step(double.PositiveInfinity);

        Assert.Equal(whole.Masks[Moving].ToPacked(), parts.Masks[Moving].ToPacked());
    }

    [Fact]
    public void A_step_that_is_not_finite_changes_no_mask()
    {
        using var model = EvolvingTraining.New(SparsityMethod.RigL);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Interval = 1 });
        var before = model.Masks[Moving].ToPacked();
        model.Backward(0);
        using (no_grad())
        {
            model.Head.weight.grad!.fill_(double.NaN);
        }

        Assert.False(double.IsFinite(masks.Step(1)));
        Assert.Equal((0, 0), (masks.Steps, masks.Updates));
        Assert.Equal(before, model.Masks[Moving].ToPacked());

        // The gradients are unchanged, so that the cause can be found.
        Assert.True(double.IsNaN(TensorNumbers.Of(model.Head.weight.grad!)[0]));
        masks.Skip();
        Assert.Equal((1, 0), (masks.Steps, masks.Updates));
        Assert.Null(model.Head.weight.grad);
    }

    [Theory]
    [InlineData(SparsityMethod.Set)]
    [InlineData(SparsityMethod.RigL)]
    [InlineData(SparsityMethod.Gmp)]
    public void A_frozen_tensor_keeps_its_mask_and_weights_and_pruning_catches_up_when_it_is_trained_again(SparsityMethod method)
    {
        foreach (var storage in (Storage[])[Storage.Masked, Storage.Compressed])
        {
            using var model = EvolvingTraining.New(method, storage);
            using var optimizer = model.AdamW(lr: 0.01, weightDecay: 0.1);
            using var masks = new DynamicMasks(model, optimizer, Schedule);
            masks.Steps(model, 5);
            var (mask, weights) = (model.Masks[Moving].ToPacked(), model.GetWeights(Moving));

            // A gradient is present, which is the strongest reason to grow.
            model.Backward(masks.Steps);
            model.Hidden.weight.requires_grad = false;
            masks.Step(1);
            masks.Steps(model, 16);

            Assert.Equal(mask, model.Masks[Moving].ToPacked());
            Assert.Equal(weights, model.GetWeights(Moving));
            Assert.InRange(masks.Updates, 4, 5);
            model.Hidden.weight.requires_grad = true;
            masks.Steps(model, 2);
            Assert.Equal(256, model.Masks[Moving].Kept);
            Assert.NotEqual(weights, model.GetWeights(Moving));
        }
    }

    [Fact]
    public void Tensors_pruned_together_leave_a_frozen_one_out()
    {
        using var model = new Pair(Pair.Base with { Width = 32, Density = 0.25 }, seed: 1);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Global = true });
        Steps(4);
        var frozen = model.Masks["First.weight"].Kept;
        model.First.weight.requires_grad = false;
        Steps(18);
        Assert.Equal(frozen, model.Masks["First.weight"].Kept);
        Assert.Equal(256, model.Masks["Second.weight"].Kept);

        // Now the other optimizer continues. Together the tensors are sparser than the ramp, and end at the target.
        (model.First.weight.requires_grad, model.Second.weight.requires_grad) = (true, false);
        Steps(2);
        Assert.Equal([256L, 256], [model.Masks["First.weight"].Kept, model.Masks["Second.weight"].Kept]);

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                model.call(linspace(-1, 1, 60).reshape(10, 6).sin()).square().mean().backward();
                masks.Step(1);
            }
        }
    }

    [Fact]
    public void RigL_leaves_the_mask_of_a_tensor_that_no_gradient_has_reached()
    {
        using var model = EvolvingTraining.New(SparsityMethod.RigL);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Interval = 1 });
        masks.Steps(model, 1);
        var before = model.Masks[Moving].ToPacked();
        using (NewDisposeScope())
        {
            model.Head.call(ones(2, 32)).sum().backward();
        }

        masks.Step(1);

        Assert.Equal((2, 2), (masks.Steps, masks.Updates));
        Assert.Equal(before, model.Masks[Moving].ToPacked());
        masks.Steps(model, 1);
        Assert.NotEqual(before, model.Masks[Moving].ToPacked());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pruning_ends_even_where_its_last_step_was_skipped(bool resumed)
    {
        using var model = EvolvingTraining.New(SparsityMethod.Gmp, density: 0.1);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Interval = 10 });
        masks.Steps(model, 19);
        masks.Skip();
        Assert.Equal((20, 1), (masks.Steps, masks.Updates));
        using var next = resumed ? new DynamicMasks(model, optimizer, Schedule with { Interval = 10 }, masks.Steps) : masks;
        next.Steps(model, 3);

        Assert.Equal(102, model.Masks[Moving].Kept);
        Assert.Equal(resumed ? 1 : 2, next.Updates);
    }

    [Theory]
    [InlineData(MaskUpdates.BeforeStop)]
    [InlineData(MaskUpdates.FromStart)]
    public void Pruning_ends_at_its_stop_whichever_steps_have_updates(MaskUpdates updates)
    {
        using var model = EvolvingTraining.New(SparsityMethod.Gmp, density: 0.1);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule with { Interval = 6, Updates = updates });
        masks.Steps(model, 19);
        Assert.True(model.Masks[Moving].Kept > 102);
        masks.Steps(model, 1);
        Assert.Equal(102, model.Masks[Moving].Kept);
        Assert.Equal(4, masks.Updates);
        masks.Steps(model, 3);
        Assert.Equal(4, masks.Updates);
    }

    [Fact]
    public void A_mask_above_which_few_places_are_free_is_rewired_by_the_whole_fraction()
    {
        using var model = EvolvingTraining.New(SparsityMethod.Set, density: 0.95);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(
            model, optimizer, Schedule with { Interval = 1, Drop = Ramp.Constant, DropFraction = 0.5 });
        var before = model.Masks[Moving];
        masks.Steps(model, 1);
        var after = model.Masks[Moving];

        // 973 of 1024 weights are kept and 486 dropped, so 486 of 537 positions grow, including about 46 of the 51 free
        // ones. If growth were limited to 51 drops, it would be 25.
        Assert.Equal(973, after.Kept);
        Assert.InRange(after.Positions().Except(before.Positions()).Count(), 40, 51);
    }

    [Fact]
    public void Nothing_is_updated_once_the_drop_fraction_is_0()
    {
        using var model = EvolvingTraining.New(SparsityMethod.RigL, Storage.Compressed);
        using var optimizer = model.AdamW(lr: 0.01);
        using var masks = new DynamicMasks(model, optimizer, Schedule);
        masks.Steps(model, 19);

        Assert.Equal(Storage.Compressed, model.Hidden.Storage);
        masks.Steps(model, 1);
        Assert.Equal(4, masks.Updates);
    }

    [Fact]
    public void What_cannot_move_is_refused()
    {
        using var dense = new Evolving(Evolving.Base with { Density = 1 }, 1);
        using var still = new Evolving(Evolving.Base with { Density = 0.5 }, 1);
        using var busy = EvolvingTraining.New(SparsityMethod.RigL);
        using var optimizer = still.AdamW(lr: 0.01);
        using var other = busy.AdamW(lr: 0.01);
        busy.Backward(0);

        Assert.Equal(
            "every tensor of this Evolving has density 1: RigL needs one below 1",
            Assert.Throws<SizeException>(() => dense.UseMethod(SparsityMethod.RigL)).Message);
        Assert.Equal(
            (false, false, true), (DynamicMasks.AreNeeded(dense), DynamicMasks.AreNeeded(still), DynamicMasks.AreNeeded(busy)));
        Assert.Equal(
            "the method is 9: it must be one of Static, Set, RigL, Gmp",
            Assert.Throws<SizeException>(() => still.UseMethod((SparsityMethod)9)).Message);
        Assert.Equal(
            "no mask of this Evolving changes: give [Sparse] a Method, or call UseMethod",
            Assert.Throws<ArgumentException>(() => new DynamicMasks(still, optimizer, Schedule)).Message);
        Assert.Equal(
            "Enter.weight has a gradient, as in the middle of its accumulation: masks may change only between steps, "
            + "after zero_grad",
            Assert.Throws<InvalidOperationException>(() => new DynamicMasks(busy, other, Schedule)).Message);
    }

    private static MuRow Row(Evolving model) => model.MuTable.Rows.Single(static row => row.Name == Moving);

    private static float[] Moments(MuOptimizer optimizer, WeightMask mask)
    {
        var packed = TensorNumbers.Of(optimizer.States.Single(static s => s.Name == Moving).State.Moments()[0]);
        var all = new float[mask.Count];
        foreach (var (position, value) in packed.Length == mask.Count
            ? mask.Positions().Select(i => (i, packed[i]))
            : mask.Positions().Zip(packed))
        {
            all[position] = value;
        }

        return all;
    }
}

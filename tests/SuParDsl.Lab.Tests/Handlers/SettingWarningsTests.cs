using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Tests.Handlers;

/// <summary>Settings that defeat themselves are allowed, with a warning.</summary>
public sealed class SettingWarningsTests
{
    private static readonly TrainingOptions Sound = new() { Steps = 60, Warmup = 6, EvalEvery = 10 };

    [Fact]
    public void A_run_within_its_warm_up_never_reaches_its_learning_rate()
    {
        Assert.Equal(
            "the learning rate rises for 60 steps (--warmup), and the run has 60 (--steps): "
            + "it never reaches --lr and never falls; write --warmup 6, or train for more steps",
            Assert.Single(SettingWarnings.OfSchedule(Sound with { Warmup = 60 })));
        Assert.Empty(SettingWarnings.OfSchedule(Sound with { Warmup = 59 }));
        Assert.Empty(SettingWarnings.OfSchedule(Sound with { Warmup = 0 }));
    }

    [Fact]
    public void Measurements_beyond_the_run_are_not_made()
    {
        Assert.Equal(
            "--eval-every is 100, and the run has 60 steps: the validation loss is measured only before and after them; "
            + "write --eval-every 6 to see it fall",
            Assert.Single(SettingWarnings.OfEvaluation(Sound with { EvalEvery = 100 })));
        Assert.Single(SettingWarnings.OfEvaluation(Sound with { EvalEvery = 60 }));
        Assert.Empty(SettingWarnings.OfEvaluation(Sound with { EvalEvery = 59 }));
        Assert.Empty(SettingWarnings.OfEvaluation(Sound with { Steps = 1, EvalEvery = 100 }));
    }

    [Fact]
    public void Options_of_mask_updates_need_masks_that_are_updated()
    {
        var (defaults, options) = (new MaskOptions(), new MaskOptions { Interval = 5 });
        Assert.Contains(
            "add --method set, rigl or gmp", Assert.Single(SettingWarnings.OfMasks(options, defaults, areUpdated: false)));
        Assert.Empty(SettingWarnings.OfMasks(options, defaults, areUpdated: true));
        Assert.Empty(SettingWarnings.OfMasks(options, options, areUpdated: false));
        var read = new MaskOptions { Method = SparsityMethod.Static, Drop = Ramp.Parse("cosine"), Prune = Ramp.Parse("cubic") };
        Assert.Empty(SettingWarnings.OfMasks(read, defaults, areUpdated: false));
    }

    [Fact]
    public void Fewer_weights_than_outputs_leave_outputs_without_any()
    {
        Assert.Equal(
            "B keeps 10 weights for 64 outputs, so that some outputs keep none, and 1 other tensors have too few as well: "
            + "raise the density 8 times or more",
            Assert.Single(SettingWarnings.OfOutputs([("A", 63, 64), ("B", 10, 64), ("C", 64, 64)])));
        Assert.Empty(SettingWarnings.OfOutputs([("C", 64, 64)]));
    }

    [Fact]
    public void A_sound_run_of_a_sparse_model_has_no_warning()
    {
        using var model = new Curve(Curve.Base with { Density = 1 / 16.0 }, seed: 1);
        Assert.Empty(SettingWarnings.Of(Sound, Sound, model));
        var defeated = Sound with { Warmup = 100, EvalEvery = 100, Masks = new() { Interval = 5 } };
        Assert.Equal(3, SettingWarnings.Of(defeated, Sound, model).Count());
    }
}

using NanoGpt;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Runs;

/// <summary>Every option of <c>train</c> is classified by what it changes in a run that goes on.</summary>
public sealed class RunSettingsTests
{
    [Fact]
    public void Every_option_of_train_has_one_entry_and_every_entry_an_option()
    {
        var example = new Example<Gpt, Gpt.Size>("NanoGpt", "A test.", Gpt.Base)
        {
            Data = new TextData(nameof(Gpt.Size.Vocab), nameof(Gpt.Size.Context)),
        };
        var options = TrainCommand.Create(example).Options.Where(static option => option is not SizeOption)
            .Select(static option => option.Name).Append("--config");
        Assert.Equal(
            options.Order(StringComparer.Ordinal),
            RunSettings.All.Select(static setting => setting.Option).Where(static name => name.Length > 0)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_value_in_a_configuration_has_one_entry()
    {
        var config = new RunConfig<Gpt.Size>(
            "NanoGpt", Gpt.Base, new(), new("a text", "text.txt", "character", 1, 1, "print"), RunMachine.Here(CPU),
            new("run", PruningCriterion.Wanda, 16))
        {
            Checkpoints = new(), Sharing = new(true, default, false),
        };
        var places = RunSettings.Leaves(config).Keys;
        Assert.All(places, static place => Assert.Single(RunSettings.All, setting => Holds(setting, place)));
        Assert.All(
            RunSettings.All.Where(static setting => setting.Place is not null and not "changes"),
            setting => Assert.Contains(places, place => Holds(setting, place)));

        static bool Holds(RunSetting setting, string place) =>
            setting.Place == place || (setting.Place is [.., '.'] && place.StartsWith(setting.Place, StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_without_an_entry_is_taken_to_change_every_step() =>
        Assert.Equal(SettingEffect.Past, RunSettings.EffectOf("training.unheardOf"));

    [Fact]
    public void Undoing_the_changes_after_a_step_gives_the_configuration_of_that_step()
    {
        var first = new RunConfig<Gpt.Size>(
            "NanoGpt", Gpt.Base, new() { Steps = 20 }, new("a text", null, "character", 1, 1), RunMachine.Here(CPU))
        {
            Checkpoints = new(),
        };
        var second = Changed(first, 20, first with { Training = first.Training with { Steps = 40, Storage = Storage.Masked } });
        var third = Changed(
            second, 40, second with { Data = second.Data with { Path = "moved.txt" }, Checkpoints = new(Keep: 5) });

        Assert.Equal(third, RunHistory.At(third, 40));
        Assert.Empty(RunSettings.Differences(second, RunHistory.At(third, 39)));
        Assert.Equal(20, Assert.Single(RunHistory.At(third, 39).Changes!).Step);
        Assert.Empty(RunSettings.Differences(first, RunHistory.At(third, 19)));
        Assert.Null(RunHistory.At(third, 19).Changes);

        static RunConfig<Gpt.Size> Changed(RunConfig<Gpt.Size> from, int step, RunConfig<Gpt.Size> to) => to with
        {
            Changes = [.. from.Changes ?? [], new(step, default, 1.5, false, RunSettings.Differences(from, to))],
        };
    }

    [Fact]
    public void Changes_are_told_by_option()
    {
        var before = new RunConfig<Gpt.Size>(
            "NanoGpt", Gpt.Base, new(), new("a text", null, "character", 1, 1), RunMachine.Here(CPU));
        var after = before with { Training = before.Training with { Steps = 2000, EvalEvery = 7 } };
        var changes = RunSettings.Differences(before, after);
        Assert.Equal(["training.steps (1000, now 2000)", "training.evalEvery (100, now 7)"], changes.Select(static c => $"{c}"));
        Assert.Equal(
            "# Changes\n\n| after step | when | validation loss | option | before | then |\n"
            + "| --- | --- | --- | --- | --- | --- |\n"
            + "| 1000 | 2026-11-30 12:30 | 1.2500 | --steps | 1000 | 2000 |\n"
            + "| 1000 | 2026-11-30 12:30 | 1.2500 | --eval-every | 100 | 7 |\n"
            + "\nThe steps up to 1000 followed the schedule before the change.\n",
            RunHistory.ToMarkdown([new(1000, new(2026, 11, 30, 12, 30, 0, TimeSpan.Zero), 1.25, true, changes)]));
    }

    [Theory]
    [InlineData(LrDecay.Constant, 20, null)]
    [InlineData(LrDecay.Stable, 16, null)]
    [InlineData(LrDecay.Stable, 18, "step 18 had the learning rate 0.0075 and would have 0.01")]
    [InlineData(LrDecay.Linear, 20, "step 6 had the learning rate 0.009375 and would have 0.00972222")]
    public void A_schedule_is_compared_in_the_steps_that_are_done(LrDecay decay, int done, string? difference)
    {
        var short20 = Schedule(new() { Steps = 20, Warmup = 4, LrDecay = decay });
        var long40 = Schedule(short20.Training with { Steps = 40 });
        Assert.Equal(difference, SchedulePast.Difference(short20, long40, 0, done));
        var said = short20 with { Training = short20.Training with { ScheduleSteps = 20 } };
        Assert.Null(SchedulePast.Difference(short20, said, 0, 20));
        Assert.Null(SchedulePast.Difference(short20, long40, done, done));
        Assert.Equal(
            decay == LrDecay.Linear ? 4 : 16,
            SchedulePast.LastEqual(short20, long40, 0, [4, 16, decay == LrDecay.Constant ? 8 : 18]));

        static RunSchedule Schedule(TrainingOptions training) => new(training, null, false, false);
    }
}

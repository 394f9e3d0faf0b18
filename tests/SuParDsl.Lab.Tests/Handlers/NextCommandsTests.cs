using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Handlers;

/// <summary>A command ends with the commands that are likely to follow it, as they would be typed.</summary>
public sealed class NextCommandsTests
{
    private static readonly NextCommands Next = new("Gpt", "Gpt");

    [Fact]
    public void A_finished_run_is_sampled_reported_and_repeated()
    {
        Assert.Equal(
            ["Gpt sample runs/a", "Gpt report runs/a", "Gpt train --config runs/a/options.json --seed 2"],
            Next.AfterTrain("runs/a", Outcome.Complete, 0.01, hasSample: true));
        Assert.Equal(
            ["Gpt report runs/a", "Gpt train --config runs/a/options.json --seed 2"],
            Next.AfterTrain("runs/a", Outcome.Complete, 0.01, hasSample: false));
    }

    [Fact]
    public void A_stopped_run_is_resumed_and_a_diverged_one_repeated_at_a_lower_rate()
    {
        Assert.Equal(
            "Gpt train --config runs/a/options.json --out runs/a --resume",
            Next.AfterTrain("runs/a", Outcome.Interrupted, 0.01, hasSample: true)[0]);
        Assert.Equal(
            "Gpt train --config runs/a/options.json --lr 2^-9",
            Next.AfterTrain("runs/a", Outcome.Diverged, 1 / 128.0, hasSample: true)[0]);
    }

    [Fact]
    public void A_check_that_fails_is_repeated_with_more_seeds()
    {
        Assert.Equal(["Gpt report runs/c", "Gpt sweep --out sweeps/Gpt"], Next.AfterCheck("runs/c", Verdict.Within));
        Assert.Equal("Gpt check --config runs/c/options.json --until-decided", Next.AfterCheck("runs/c", Verdict.Undecided)[1]);
        Assert.Equal("Gpt table", Next.AfterCheck("runs/c", Verdict.Beyond)[1]);
    }

    [Fact]
    public void An_optimum_inside_the_grid_is_transferred_with_the_same_data() => Assert.Equal(
        ["Gpt transfer s --widths 128 --data 'my text'", "Gpt report s"],
        Next.AfterSweep("s", Sweep(-8), isFinished: true, ["--data", "my text"]));

    [Theory]
    [InlineData(-12, "2^-12..1/64")]
    [InlineData(-3, "2^-9..1/8")]
    public void A_grid_is_widened_on_the_side_where_an_optimum_is_at_its_edge(int optimum, string rates) => Assert.Equal(
        [$"Gpt sweep --config s/options.json --lrs {rates} --out s", "Gpt report s"],
        Next.AfterSweep("s", Sweep(optimum), isFinished: true, []));

    [Fact]
    public void A_grid_where_everything_diverged_is_widened_downwards() => Assert.Equal(
        "Gpt sweep --config s/options.json --lrs 2^-12..1/64 --out s",
        Next.AfterSweep("s", Sweep(null), isFinished: true, [])[0]);

    [Fact]
    public void A_grid_whose_optimum_is_next_to_divergence_is_refined_and_then_transferred()
    {
        SweepSummary summary = new(
        [
            .. from power in Enumerable.Range(-9, 4)
               let diverges = power == -6
               select new SweepRun(
                   new(Rule.SuPar, 64, 1, null, Math.Pow(2, power), 1), diverges ? Outcome.Diverged : Outcome.Complete,
                   diverges ? null : -power, 10, 1),
        ]);
        Assert.Equal(
            ["Gpt sweep --config s/options.json --refine --out s", "Gpt report s"],
            Next.AfterSweep("s", summary, isFinished: true, []));
        Assert.Equal(
            ["Gpt transfer s --widths 128", "Gpt report s"],
            Next.AfterSweep("s", summary, isFinished: true, [], isRefined: true));
    }

    [Fact]
    public void A_flat_curve_is_repeated_with_more_seeds()
    {
        SweepSummary summary = new(
        [
            .. from power in Enumerable.Range(-9, 4)
               from seed in new[] { 1, 2, 3 }
               select new SweepRun(
                   new(Rule.SuPar, 64, 1, null, Math.Pow(2, power), seed), Outcome.Complete,
                   1 + (0.1 * Math.Sin(power * 17 * seed)), 10, 1),
        ]);
        Assert.Equal(
            ["Gpt sweep --config s/options.json --seeds 6 --out s", "Gpt transfer s --widths 128", "Gpt report s"],
            Next.AfterSweep("s", summary, isFinished: true, []));
    }

    [Fact]
    public void A_search_that_ended_at_its_edge_goes_on_from_there() => Assert.Equal(
        "Gpt sweep --config s/options.json --lrs 0.001953125 --out s",
        Next.AfterSweep("s", Sweep(-12), isFinished: true, [], isRefined: true)[0]);

    [Fact]
    public void A_search_that_ended_at_the_edge_of_another_model_has_no_further_start()
    {
        SweepSummary summary = new(
        [
            .. Sweep(-8).Runs,
            .. Sweep(-12).Runs.Select(static run => run with { Point = run.Point with { Density = 0.25 } }),
        ]);
        Assert.Equal(["Gpt report s"], Next.AfterSweep("s", summary, isFinished: true, [], isRefined: true));
    }

    [Fact]
    public void The_options_of_a_range_test_are_kept() => Assert.Equal(
        ["Gpt sweep --refine --lrs 2^-9 --widths 128 --out sweeps/Gpt", "Gpt train --lr 2^-9 --width 128 --data 'my text'"],
        Next.AfterFindLr(0.002, ["--widths", "128"], ["--width", "128", "--data", "my text"]));

    [Fact]
    public void A_grid_that_no_range_has_is_widened_value_by_value()
    {
        var runs = Sweep(-9).Runs.Select(static run => run with
        {
            Point = run.Point with { LearningRate = run.Point.LearningRate == Math.Pow(2, -7) ? 0.007 : run.Point.LearningRate },
        });
        Assert.Equal(
            "Gpt sweep --config s/options.json "
            + "--lrs 0.000244140625,0.00048828125,0.0009765625,0.001953125,0.00390625,0.007,0.015625 --out s",
            Next.AfterSweep("s", new([.. runs]), isFinished: true, [])[0]);
    }

    [Fact]
    public void The_runs_of_a_transfer_are_repeated_sampled_and_reported() => Assert.Equal(
        [
            "Gpt train --config s/transfer/a/options.json", "Gpt train --config s/transfer/b/options.json",
            "Gpt sample s/transfer/b", "Gpt report s s/transfer/a s/transfer/b",
        ],
        Next.AfterTransfer("s", ["s/transfer/a", "s/transfer/b"], hasSample: true, canRepeat: true));

    [Fact]
    public void A_benchmark_is_repeated_with_more_rounds() => Assert.Equal(
        ["Gpt bench --config b/options.json --rounds 21", "Gpt train --storage auto"],
        Next.AfterBench("b", rounds: 7, Storage.Auto));

    [Fact]
    public void An_unfinished_sweep_is_continued() => Assert.Equal(
        ["Gpt sweep --config s/options.json --out s"], Next.AfterSweep("s", Sweep(-8), isFinished: false, []));

    [Theory]
    [InlineData("runs/a-1_b.2", "runs/a-1_b.2")]
    [InlineData("my runs/a", "'my runs/a'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("", "''")]
    public void A_path_is_one_word_of_a_shell(string path, string word) => Assert.Equal(word, NextCommands.Quote(path));

    private static SweepSummary Sweep(int? optimum) => new(
    [
        .. from power in Enumerable.Range(-9, 4)
           let loss = optimum is { } best ? 1 + Math.Pow(power - best, 2) : (double?)null
           select new SweepRun(
               new(Rule.SuPar, 64, 1, null, Math.Pow(2, power), 1), loss is null ? Outcome.Diverged : Outcome.Complete, loss,
               10, 1),
    ]);
}

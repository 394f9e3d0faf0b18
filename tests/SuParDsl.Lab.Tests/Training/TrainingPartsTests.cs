using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Training;

/// <summary>The decisions of the training loop, which are pure functions.</summary>
public sealed class TrainingPartsTests
{
    [Fact]
    public void Measurements_and_checkpoints_between_steps_leave_the_last_step_to_the_end()
    {
        var cadence = new TrainingCadence(Steps: 30, EvalEvery: 10, EvalBatches: 2, CheckpointEvery: 15);
        Assert.Equal([10, 20], Enumerable.Range(1, 30).Where(cadence.EvaluatesAfter));
        Assert.Equal([15], Enumerable.Range(1, 30).Where(cadence.SavesAfter));
        Assert.Equal(8, cadence.FinalEvalBatches);
        Assert.DoesNotContain(Enumerable.Range(1, 30), (cadence with { CheckpointEvery = 0 }).SavesAfter);
    }

    [Fact]
    public void A_finite_step_goes_on_and_forgets_skipped_batches() => Assert.Equal(
        (DivergenceResponse.Continue, new DivergenceRecovery(0.5, Skipped: 0, Returns: 3)),
        new DivergenceRecovery(0.5, Skipped: 4, Returns: 3).After(isFinite: true, OnDivergence.Skip, NotAsked));

    [Fact]
    public void Twenty_batches_in_a_row_are_skipped_and_the_next_one_ends_the_run()
    {
        var recovery = new DivergenceRecovery(1);
        for (var skipped = 1; skipped <= 20; skipped++)
        {
            (var response, recovery) = recovery.After(isFinite: false, OnDivergence.Skip, NotAsked);
            Assert.Equal((DivergenceResponse.Continue, skipped), (response, recovery.Skipped));
        }

        Assert.Equal(DivergenceResponse.End, recovery.After(isFinite: false, OnDivergence.Skip, NotAsked).Response);
    }

    [Fact]
    public void Each_of_eight_returns_halves_the_rate_and_the_next_one_ends_the_run()
    {
        var recovery = new DivergenceRecovery(1);
        for (var returns = 1; returns <= 8; returns++)
        {
            (var response, recovery) = recovery.After(isFinite: false, OnDivergence.Back, static () => true);
            Assert.Equal((DivergenceResponse.Return, Math.Pow(0.5, returns)), (response, recovery.Rate));
        }

        Assert.Equal(DivergenceResponse.End, recovery.After(isFinite: false, OnDivergence.Back, static () => true).Response);
    }

    [Theory]
    [InlineData(OnDivergence.Back)]
    [InlineData(OnDivergence.Stop)]
    public void Without_a_checkpoint_to_return_to_the_run_ends(OnDivergence policy) => Assert.Equal(
        DivergenceResponse.End, new DivergenceRecovery(1).After(isFinite: false, policy, static () => false).Response);

    [Fact]
    public void A_resumed_history_drops_what_came_after_it_and_counts_time_on()
    {
        var seen = new Seen();
        var progress = new TrainingProgress(seen);
        progress.Begin();
        progress.Add(new Evaluation(0, 5, 1));
        progress.Add(new StepResult(4, 1, UnitsPerSecond: 100, null), learningRate: 0.1);
        progress.Add(new StepResult(3, 1, UnitsPerSecond: 200, null), learningRate: 0.1);
        Assert.Equal([100, 105], progress.History(Outcome.Complete).Steps.Select(static step => step.UnitsPerSecond));
        Assert.False(progress.IsEvaluated);

        progress.Resume(new([new(1, 4, 0.1, 1, 100, Seconds: 1000)], [new(0, 5, 1)], Outcome.Interrupted));
        progress.Add(new StepResult(2, 1, UnitsPerSecond: 100, "Out"), learningRate: 0.05);
        progress.Diverged("Out");
        progress.Add(new Evaluation(2, 2, 1));
        var history = progress.History(Outcome.Diverged);
        Assert.True(progress.IsEvaluated);
        Assert.Equal([(1, 4.0), (2, 2.0)], history.Steps.Select(static step => (step.Step, step.Loss)));
        Assert.True(history.Steps[^1].Seconds >= 1000);
        Assert.Equal(["begun -1", "step 1", "step 2", "begun 1", "step 2", "diverged 2 Out"], seen.Events);
    }

    private static bool NotAsked() => throw new InvalidOperationException("only a policy to go back asks for checkpoints");

    private sealed class Seen : ITrainingObserver
    {
        public List<string> Events { get; } = [];

        public void Begun(TrainingHistory past) => Events.Add($"begun {past.Last}");

        public void Stepped(StepMetrics step) => Events.Add($"step {step.Step}");

        public void Evaluated(Evaluation evaluation)
        {
        }

        public void Diverged(int step, string cause) => Events.Add($"diverged {step} {cause}");
    }
}

using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;
using SuParDsl.Tests.DataParallel;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.DataParallel;

/// <summary>The observers of rank 0 decide for all ranks.</summary>
public sealed class ObservedRanksTests
{
    [Fact]
    public void All_ranks_stop_where_an_observer_of_the_first_does() => Assert.All(
        Train(static () => "enough"), static history =>
        {
            Assert.Equal((2, Outcome.Complete), (history.Steps.Count, history.Outcome));
            Assert.Equal("enough", history.StopReason);
        });

    [Fact]
    public void No_rank_stops_for_an_empty_reason() =>
        Assert.All(Train(static () => string.Empty), static history => Assert.Equal(6, history.Steps.Count));

    [Fact]
    public void All_ranks_fail_where_an_observer_of_the_first_does()
    {
        var error = Assert.ThrowsAny<Exception>(() => Train(static () => throw new InvalidOperationException("no")));
        Assert.Contains("the observer After failed: InvalidOperationException: no", error.ToString());
    }

    private static IReadOnlyList<TrainingHistory> Train(Func<string> stop)
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(ones(8, 1), ones(8, 1));
        using var data = new OpenData("ones", "target", (_, _, _) => batch, (_, _) => [batch]) { Fingerprint = "ones" };
        var options = new TrainingOptions { Steps = 6, Batch = 8, EvalEvery = 6, EvalBatches = 1, Warmup = 0 };
        return ThreadRanks.Run(2, group =>
        {
            using var own = NewDisposeScope();
            using var replica = new Curve(Curve.Base, seed: 1);
            using var shared = new TrainingGroup(group, replica, options, DataParallelOptions.Default, static _ => { });
            using var observers = RunObservers.Of(
                new Silent(), group.Rank == 0 ? [_ => new After(2, stop)] : [], new("Curve", string.Empty, replica, options));
            return new Trainer(replica, data, Loss.MeanSquare, options, CPU, shared, new NoCheckpoints())
                .Run(observers, CancellationToken.None);
        });
    }

    private sealed class Silent : ITrainingObserver;

    private sealed class After(int steps, Func<string> stop) : ITrainingObserver
    {
        private int seen;

        /// <inheritdoc/>
        public string? StopReason => seen >= steps ? stop() : null;

        /// <inheritdoc/>
        public void Stepped(StepMetrics step) => seen = step.Step;
    }
}

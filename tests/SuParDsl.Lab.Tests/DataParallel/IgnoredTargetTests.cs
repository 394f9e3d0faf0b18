using SuParDsl.Distributed;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;
using SuParDsl.Tests.DataParallel;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.DataParallel;

/// <summary>
/// Ranks whose shards of a batch have different numbers of counted targets train like one process on the whole batch.
/// </summary>
public class IgnoredTargetTests
{
    private static readonly Loss Loss =
        Loss.CrossEntropy with { Of = static (outputs, targets) => Loss.CrossEntropy.Of(Logits(outputs), targets) };

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public void The_mean_over_targets_that_count_is_that_of_the_whole_batch(int accumulate, bool overlap)
    {
        using var scope = NewDisposeScope();
        using var data = new OpenData(
            "uneven", "target", static (rows, _, step) => Rows(rows, step),
            static (rows, count) => Enumerable.Repeat(Rows(rows, 0), count))
        {
            Fingerprint = "uneven",
        };
        var options = new TrainingOptions
        {
            Steps = 6, Batch = 8, Accumulate = accumulate, EvalEvery = 6, EvalBatches = 2, Warmup = 0, GradClip = 0,
            Optimizer = OptimizerChoice.Sgd,
        };
        using var model = new Curve(Curve.Base, seed: 1);
        var expected = Trainer.Single(model, data, Loss, options with { Accumulate = 1 }, CPU)
            .Run(new Silent(), CancellationToken.None);
        Assert.True(expected.Steps[^1].Loss < expected.Steps[0].Loss);

        var ranks = ThreadRanks.Run(2, group =>
        {
            using var own = NewDisposeScope();
            using var replica = new Curve(Curve.Base, seed: 1);
            using var shared = new TrainingGroup(
                group, replica, options, new(overlap, Transport.Auto, ShardOptimizer: false), static _ => { });
            var history = new Trainer(replica, data, Loss, options, CPU, shared, new NoCheckpoints())
                .Run(new Silent(), CancellationToken.None);
            return (
                Losses: history.Steps.Select(static step => step.Loss).ToArray(),
                Weights: replica.GetWeights("Hidden.weight"));
        });
        Assert.All(ranks, rank =>
        {
            Assert.Equal(expected.Steps.Select(static step => step.Loss), rank.Losses, static (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal(model.GetWeights("Hidden.weight"), rank.Weights, static (a, b) => Math.Abs(a - b) < 1e-5);
        });
    }

    // In the first rank's rows no target, one in four, or all count; in the second rank's, one, or all but one.
    private static Batch Rows(int rows, int step)
    {
        var counts = new[] { (0, 1), (rows / 8, rows / 2), (rows / 2, (rows / 2) - 1) }[step % 3];
        var targets = Enumerable.Range(0, rows)
            .Select(row =>
                row % (rows / 2) < (row < rows / 2 ? counts.Item1 : counts.Item2) ? (row + step) % 4L : Functional.IgnoreIndex);
        return new(
            tensor([.. Enumerable.Range(0, rows).Select(row => (float)Math.Sin(row + step))], [rows, 1]), tensor([.. targets]));
    }

    private static Tensor Logits(Tensor outputs) => cat([outputs, outputs * outputs, -outputs, outputs.exp()], 1);

    private sealed class Silent : ITrainingObserver
    {
        public void Stepped(StepMetrics step)
        {
        }

        public void Evaluated(Evaluation evaluation)
        {
        }
    }
}

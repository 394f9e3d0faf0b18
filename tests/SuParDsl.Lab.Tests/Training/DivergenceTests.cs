using NanoGpt;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Tests.Runs;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Training;

/// <summary>
/// A NaN or infinite loss is detected in the step in which it occurs, and the requested reaction follows.
/// </summary>
public sealed class DivergenceTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Steps = 30, Batch = 4, EvalEvery = 100, EvalBatches = 1, Warmup = 0, LrDecay = LrDecay.Constant,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Stopping_keeps_the_weights_of_the_last_good_step()
    {
        var (history, causes, weights) = Train(new(Every: 0, OnDivergence: OnDivergence.Stop), badCall: 11);

        Assert.Equal(Outcome.Diverged, history.Outcome);
        Assert.Equal(11, history.Steps.Count);
        Assert.Equal([(11, "the loss itself")], causes);
        Assert.All(weights, static weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void Skipping_leaves_one_batch_out()
    {
        var (history, causes, _) = Train(new(Every: 0, OnDivergence: OnDivergence.Skip), badCall: 11);

        Assert.Equal(Outcome.Complete, history.Outcome);
        Assert.Single(causes);
        Assert.Equal([11], history.Steps.Where(static step => double.IsNaN(step.Loss)).Select(static step => step.Step));
        Assert.True(double.IsFinite(history.Evaluations[^1].Loss));
    }

    [Fact]
    public void Going_back_halves_the_rate_from_the_last_checkpoint_on()
    {
        var (history, causes, _) = Train(new(Every: 5, OnDivergence: OnDivergence.Back), badCall: 13);

        Assert.Equal(Outcome.Complete, history.Outcome);
        Assert.Single(causes);
        Assert.Equal(30, history.Steps.Count);
        Assert.All(history.Steps, step => Assert.Equal(step.Step <= 10 ? 0.01 : 0.005, step.LearningRate, 1e-12));
        EventReader.AssertMetrics(folder["run"]);
    }

    [Fact]
    public void Endless_going_back_is_given_up() => Assert.Equal(
        Outcome.Diverged,
        Train(new(Every: 5, OnDivergence: OnDivergence.Back), badCall: 13, badCalls: int.MaxValue).History.Outcome);

    private (TrainingHistory History, List<(int Step, string Cause)> Causes, float[] Weights) Train(
        CheckpointOptions options, int badCall, int badCalls = 1)
    {
        var size = Gpt.Base with { Width = 32, Layers = 1, HeadDim = 16, Context = 16, Density = 0.25 };
        using var data = new TextData(nameof(size.Vocab), nameof(size.Context))
            .Open(new(folder.Write("text.txt", SmallText.Sentences), _ => size.Context));
        using var model = new Gpt(size with { Vocab = data.Sizes[nameof(size.Vocab)] }, seed: 1);
        var run = RunFolder.Create(folder["run"], "Gpt", DateTimeOffset.UnixEpoch);

        // Measurements go through the same function without gradients.
        var calls = 0;
        var loss = new Loss((logits, targets) => logits.requires_grad && ++calls >= badCall && calls - badCall < badCalls
            ? Loss.CrossEntropy.Of(logits, targets) * double.NaN
            : Loss.CrossEntropy.Of(logits, targets));
        var observer = new Observer();
        using var events = new EventObserver(run.Path, observer);
        var history =
            Trainer.Single(model, data, loss, Options with { LearningRate = 0.01 }, CPU, new RunCheckpoints(run, options))
                .Run(events, CancellationToken.None);
        return (history, observer.Causes, [.. model.Tensors.SelectMany(tensor => model.GetWeights(tensor.Name))]);
    }

    private sealed class Observer : ITrainingObserver
    {
        public List<(int, string)> Causes { get; } = [];

        public void Stepped(StepMetrics step)
        {
        }

        public void Evaluated(Evaluation evaluation)
        {
        }

        public void Diverged(int step, string cause) => Causes.Add((step, cause));
    }
}

using NanoGpt;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TrainingOptions Options = new()
    {
        Steps = 50, Batch = 4, EvalEvery = 10, EvalBatches = 1, Warmup = 2,
    };

    [Fact]
    public void A_request_to_stop_finishes_the_current_step_and_measures_the_loss()
    {
        using var stop = new CancellationTokenSource();
        var observer = new Observer(step => { if (step.Step == 7) { stop.Cancel(); } });
        var history = Train(observer, stop.Token);
        Assert.Equal(Outcome.Interrupted, history.Outcome);
        Assert.Equal(7, history.Steps.Count);
        Assert.Equal([0, 7], history.Evaluations.Select(static e => e.Step));
    }

    [Fact]
    public void A_request_before_the_first_step_still_measures_once()
    {
        var history = Train(new(static _ => { }), new(canceled: true));
        Assert.Equal(Outcome.Interrupted, history.Outcome);
        Assert.Empty(history.Steps);
        Assert.Single(history.Evaluations);
    }

    [Fact]
    public void A_NaN_loss_ends_the_run()
    {
        var history = Train(
            new(static _ => { }), CancellationToken.None, Options with { LearningRate = 1e30, Warmup = 0, GradClip = 0 });
        Assert.Equal(Outcome.Diverged, history.Outcome);
        Assert.True(history.Steps.Count < Options.Steps);
    }

    [Fact]
    public void The_last_measurement_takes_more_of_the_text()
    {
        var history = Train(new(static _ => { }), CancellationToken.None);
        Assert.Equal([0, 10, 20, 30, 40, 50], history.Evaluations.Select(static e => e.Step));
        Assert.Equal(4 * history.Evaluations[0].Units, history.Evaluations[^1].Units);
    }

    private static TrainingHistory Train(Observer observer, CancellationToken stop, TrainingOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        var size = Gpt.Base with { Width = 32, Layers = 1, HeadDim = 16, Context = 16, Density = 0.25 };
        using var data = new TextData(nameof(size.Vocab), nameof(size.Context))
            .Open(new(folder.Write("text.txt", SmallText.Sentences), _ => size.Context));
        using var model = new Gpt(size with { Vocab = data.Sizes[nameof(size.Vocab)] }, seed: 1);
        return Trainer.Single(model, data, Loss.CrossEntropy, options ?? Options, CPU).Run(observer, stop);
    }

    private sealed class Observer(Action<StepMetrics> onStep) : ITrainingObserver
    {
        public void Stepped(StepMetrics step) => onStep(step);

        public void Evaluated(Evaluation evaluation)
        {
        }
    }
}

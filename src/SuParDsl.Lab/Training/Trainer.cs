using System.Diagnostics;
using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Trains a language model on a corpus.</summary>
/// <param name="model">The model, already on its device.</param>
/// <param name="corpus">The text.</param>
/// <param name="context">The length of a window.</param>
/// <param name="options">How to train.</param>
/// <param name="device">The model's device.</param>
internal sealed class Trainer(Model model, Corpus corpus, int context, TrainingOptions options, Device device)
{
    private const int FinalEvalFactor = 4;
    private const double SpeedSmoothing = 0.05;

    private readonly List<StepMetrics> steps = [];
    private readonly List<Evaluation> evaluations = [];

    /// <summary>Trains until the last step, or until it is asked to stop.</summary>
    /// <param name="observer">Is told of every step and measurement.</param>
    /// <param name="stop">Asks to stop; the step at hand is finished.</param>
    public TrainingHistory Run(ITrainingObserver observer, CancellationToken stop)
    {
        using var optimizer = OptimizerChoices.For(options, model);
        model.train();
        var clock = Stopwatch.StartNew();
        var outcome = Outcome.Complete;
        double speed = 0;
        Evaluate(observer, options.EvalBatches);
        for (var step = 0; step < options.Steps; step++)
        {
            if (stop.IsCancellationRequested)
            {
                outcome = Outcome.Interrupted;
                break;
            }

            var begun = clock.Elapsed;
            optimizer.Lr = options.LearningRate * options.Schedule.At(step);
            var (loss, norm) = Step(optimizer, step);
            var now = options.Batch * context / Math.Max((clock.Elapsed - begun).TotalSeconds, 1e-9);
            speed = speed == 0 ? now : speed + (SpeedSmoothing * (now - speed));
            steps.Add(new(step + 1, loss, optimizer.Lr, norm, speed, clock.Elapsed.TotalSeconds));
            observer.Stepped(steps[^1]);
            if (!double.IsFinite(loss))
            {
                outcome = Outcome.Diverged;
                break;
            }

            if ((step + 1) % options.EvalEvery == 0 && step + 1 < options.Steps)
            {
                Evaluate(observer, options.EvalBatches);
            }
        }

        if (outcome == Outcome.Complete)
        {
            Evaluate(observer, FinalEvalFactor * options.EvalBatches);
        }
        else if (outcome == Outcome.Interrupted && evaluations[^1].Step < steps.Count)
        {
            Evaluate(observer, options.EvalBatches);
        }

        return new(steps, evaluations, outcome);
    }

    private (double Loss, double GradientNorm) Step(MuOptimizer optimizer, int step)
    {
        // One scope a step keeps memory flat.
        using var scope = NewDisposeScope();
        var batch = Batches.Random(corpus.Train, options.Batch, context, options.Seed, step);
        var loss = LanguageLoss.Of(model, batch, device);
        loss.backward();
        return (loss.ToDouble(), optimizer.step(options.GradClip > 0 ? options.GradClip : double.PositiveInfinity));
    }

    private void Evaluate(ITrainingObserver observer, int count)
    {
        var evaluation = LanguageLoss.Evaluate(model, Batches.Spread(corpus.Validation, options.Batch, context, count), device, steps.Count);
        evaluations.Add(evaluation);
        observer.Evaluated(evaluation);
    }
}

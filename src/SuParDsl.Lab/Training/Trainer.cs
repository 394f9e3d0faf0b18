using System.Diagnostics;
using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Trains a model.</summary>
/// <param name="model">The model, already on its device.</param>
/// <param name="data">What it trains on.</param>
/// <param name="loss">What becomes small.</param>
/// <param name="options">How to train.</param>
/// <param name="device">The model's device.</param>
internal sealed class Trainer(Model model, OpenData data, Loss loss, TrainingOptions options, Device device)
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
            var (value, norm, units) = Step(optimizer, step);
            var now = units / Math.Max((clock.Elapsed - begun).TotalSeconds, 1e-9);
            speed = speed == 0 ? now : speed + (SpeedSmoothing * (now - speed));
            steps.Add(new(step + 1, value, optimizer.Lr, norm, speed, clock.Elapsed.TotalSeconds));
            observer.Stepped(steps[^1]);
            if (!double.IsFinite(value))
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

    private (double Loss, double GradientNorm, long Units) Step(MuOptimizer optimizer, int step)
    {
        // One scope a step keeps memory flat, and one a part: only gradients outlive it.
        using var scope = NewDisposeScope();
        var batch = data.Training(options.Batch, options.Seed, step);
        var mean = 0.0;
        foreach (var (inputs, targets) in Parts(batch))
        {
            using var part = NewDisposeScope();
            var share = loss.Of(model.call(inputs.to(device)), targets.to(device)) / options.Accumulate;
            share.backward();
            mean += share.ToDouble();
        }

        return (mean, optimizer.step(options.GradClip > 0 ? options.GradClip : double.PositiveInfinity), batch.Targets.numel());
    }

    // Equal parts, so that the mean of their means is the mean of all.
    private IEnumerable<Batch> Parts(Batch batch) => batch.Inputs.chunk(options.Accumulate).Zip(batch.Targets.chunk(options.Accumulate))
        .Select(static part => new Batch(part.First, part.Second));

    private void Evaluate(ITrainingObserver observer, int count)
    {
        var evaluation = Measure(count);
        evaluations.Add(evaluation);
        observer.Evaluated(evaluation);
    }

    /// <summary>The mean over some batches, without gradients and dropout.</summary>
    private Evaluation Measure(int count)
    {
        using var frozen = no_grad();
        model.eval();
        var (sum, hits, units) = (0.0, 0.0, 0L);
        using (var all = NewDisposeScope())
        {
            foreach (var (inputs, targets) in data.Validation(options.Batch, count).SelectMany(Parts))
            {
                using var scope = NewDisposeScope();
                var (outputs, expected) = (model.call(inputs.to(device)), targets.to(device));
                var weight = targets.numel();
                sum += loss.Of(outputs, expected).ToDouble() * weight;
                hits += loss.Accuracy is { } accuracy ? accuracy(outputs, expected).ToDouble() * weight : 0;
                units += weight;
            }
        }

        model.train();
        return new(steps.Count, sum / units, units, loss.Accuracy is null ? null : hits / units);
    }
}

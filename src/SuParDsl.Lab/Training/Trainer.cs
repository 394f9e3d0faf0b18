using System.Diagnostics;
using SuParDsl.Checks;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Parallel;
using SuParDsl.Lab.Runs;
using SuParDsl.Optimizers;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Trains a model.</summary>
/// <param name="model">The model, already on its device and in the requested storage.</param>
/// <param name="data">The training and validation data.</param>
/// <param name="loss">The loss.</param>
/// <param name="options">The training options.</param>
/// <param name="device">The model's device.</param>
/// <param name="checkpoints">Writes checkpoints, and resumes from the newest one if there is any; null for none.</param>
/// <param name="shared">The collective operations of a data-parallel run; null for a single process.</param>
internal sealed class Trainer(
    Model model, OpenData data, Loss loss, TrainingOptions options, Device device,
    ITrainingCheckpoints? checkpoints = null, SharedTraining? shared = null)
{
    private const int FinalEvalFactor = 4;
    private const double SpeedSmoothing = 0.05;

    // Beyond these numbers of consecutive skipped batches, or of returns to a checkpoint, divergence is considered systematic.
    private const int MostSkipped = 20, MostReturns = 8;

    private readonly List<StepMetrics> steps = [];
    private readonly List<Evaluation> evaluations = [];
    private readonly List<MaskState> maskStates = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private double earlierSeconds;
    private DynamicMasks? masks;

    /// <summary>Trains until the last step, or until it is asked to stop.</summary>
    /// <param name="observer">Receives every step and measurement.</param>
    /// <param name="stop">Asks to stop; the current step is finished first.</param>
    public TrainingHistory Run(ITrainingObserver observer, CancellationToken stop)
    {
        using var optimizer = OptimizerChoices.For(options, model);
        shared?.Shard(optimizer);
        try
        {
            var history = Run(optimizer, observer, stop);
            shared?.MeasureState(optimizer);
            return history;
        }
        finally
        {
            masks?.Dispose();
        }
    }

    private TrainingHistory Run(MuOptimizer optimizer, ITrainingObserver observer, CancellationToken stop)
    {
        var rate = Begin(optimizer, observer);
        var (skipped, returns) = (0, 0);
        while (steps.Count < options.Steps)
        {
            if (shared?.AnyStops(stop.IsCancellationRequested) ?? stop.IsCancellationRequested)
            {
                Save(optimizer, Outcome.Interrupted, rate);
                EvaluateOnce(observer, options.EvalBatches);
                return History(Outcome.Interrupted);
            }

            optimizer.Lr = rate * options.LearningRate * options.Schedule.At(steps.Count);
            var cause = Step(optimizer, observer);
            skipped = cause is null ? 0 : skipped + 1;
            if (cause is not null)
            {
                observer.Diverged(steps.Count, cause);
                if (checkpoints?.OnDivergence == OnDivergence.Back && CanResume() && ++returns <= MostReturns)
                {
                    rate *= 0.5;
                    Resume(optimizer, observer);
                    continue;
                }

                if (checkpoints?.OnDivergence != OnDivergence.Skip || skipped > MostSkipped)
                {
                    return History(Outcome.Diverged);
                }
            }

            if (steps.Count % options.EvalEvery == 0 && steps.Count < options.Steps)
            {
                Evaluate(observer, options.EvalBatches);
            }

            if (checkpoints?.IsDue(steps.Count) == true && steps.Count < options.Steps)
            {
                Save(optimizer, Outcome.Interrupted, rate);
            }
        }

        EvaluateOnce(observer, FinalEvalFactor * options.EvalBatches);
        Save(optimizer, Outcome.Complete, rate);
        return History(Outcome.Complete);
    }

    // Rank 0 decides for all ranks, because another rank may see an older state of a shared file system.
    private bool CanResume() => checkpoints is not null
        && (shared is null ? checkpoints.Any : shared.Sum(shared.Writes && checkpoints.Any ? 1 : 0)[0] > 0);

    private void BeginMasks(MuOptimizer optimizer, int done)
    {
        masks?.Dispose();
        masks = shared is null ? Begin() : shared.RunOnAll(Begin);

        DynamicMasks? Begin() => options.Masks.Begin(model, optimizer, options.Steps, done, shared?.ProcessGroup);
    }

    /// <summary>Begins, or resumes from the last checkpoint, and returns the factor on the learning rate.</summary>
    private double Begin(MuOptimizer optimizer, ITrainingObserver observer)
    {
        model.train();
        if (CanResume())
        {
            return Resume(optimizer, observer);
        }

        observer.Begun(-1);
        BeginMasks(optimizer, done: 0);

        // Only dropout draws from the engine's generator. Everything else draws from its own generator, seeded with the same
        // seed.
        manual_seed(options.Seed);
        Evaluate(observer, options.EvalBatches);
        return 1;
    }

    private double Resume(MuOptimizer optimizer, ITrainingObserver observer)
    {
        var (history, rate) = shared is null ? checkpoints!.Load(model, optimizer) : shared.RunOnAll(() => checkpoints!.Load(model, optimizer));
        shared?.RequireSameState(history.Steps.Count);
        steps.Clear();
        steps.AddRange(history.Steps);
        evaluations.Clear();
        evaluations.AddRange(history.Evaluations);
        maskStates.Clear();
        maskStates.AddRange(history.Masks);
        earlierSeconds = steps.Count > 0 ? steps[^1].Seconds : 0;
        clock.Restart();
        observer.Begun(steps.Count);
        BeginMasks(optimizer, steps.Count);
        return rate;
    }

    private void Save(MuOptimizer optimizer, Outcome outcome, double rate)
    {
        shared?.AverageStatistics();

        // A sharded optimizer's state is spread over all ranks, so that each takes part in the save. Rank 0 writes.
        if (shared is null or { Writes: true } || optimizer.ShardedOver.Count > 1)
        {
            checkpoints?.Save(model, optimizer, History(outcome), rate);
        }
    }

    /// <summary>Runs one step. Returns null, or where the first NaN or infinite value occurred if the step was skipped.</summary>
    private string? Step(MuOptimizer optimizer, ITrainingObserver observer)
    {
        // Dispose temporaries per step and per micro-batch. Only gradients survive.
        using var scope = NewDisposeScope();
        var begun = clock.Elapsed;
        var batch = data.Training(options.Batch, options.Seed, steps.Count);
        var parts = Parts(shared?.Begin(batch, steps.Count) ?? batch).ToArray();
        var whole = (double)loss.Counted(batch.Targets) / (shared?.ProcessGroup.Count ?? 1);
        var mean = 0.0;
        foreach (var (index, (inputs, targets)) in parts.Index())
        {
            using var part = NewDisposeScope();
            if (index == parts.Length - 1)
            {
                shared?.BeginGradients();
            }

            // Weighting each micro-batch's mean by its number of counted targets gives the mean over the whole batch. A
            // micro-batch without counted targets adds nothing.
            if (loss.Counted(targets) is > 0 and var counted)
            {
                var (outputs, expected) = (model.call(inputs.to(device)), targets.to(device));
                var share = loss.Measure(outputs, expected);
                if (counted != whole)
                {
                    share = Functional.Divide(share, whole / counted);
                }

                loss.Backward(share, outputs, expected);
                mean += share.ToDouble();
            }
        }

        mean = shared?.Finish(mean) ?? mean;
        var updates = masks?.Updates;
        var norm = !double.IsFinite(mean) ? double.NaN : masks?.Step(options.MaxNorm) ?? optimizer.step(options.MaxNorm);
        string? cause = null;
        if (!double.IsFinite(norm))
        {
            if (!double.IsFinite(mean))
            {
                // The gradients of a NaN or infinite loss are invalid everywhere and do not help to find the cause.
                optimizer.zero_grad();
            }

            var found = NonFinite.Find(model, batch.Inputs.to(device));
            cause = (shared is null ? found : shared.FirstFailure(found)) ?? "the loss itself";
            if (masks is null)
            {
                optimizer.zero_grad();
            }
            else
            {
                masks.Skip();
            }
        }

        var now = batch.Targets.numel() / Math.Max((clock.Elapsed - begun).TotalSeconds, 1e-9);
        var speed = steps.Count == 0 ? now : steps[^1].UnitsPerSecond + (SpeedSmoothing * (now - steps[^1].UnitsPerSecond));
        steps.Add(new(steps.Count + 1, mean, optimizer.Lr, norm, speed, earlierSeconds + clock.Elapsed.TotalSeconds));
        observer.Stepped(steps[^1]);
        if (masks?.Updates != updates)
        {
            MaskState[] moved = [.. model.Masks.OrderBy(static mask => mask.Key, StringComparer.Ordinal).Select(mask => new MaskState(
                steps.Count, mask.Key, mask.Value.Density, model.Shares.TryGetValue(mask.Key, out var share) ? share : null))];
            maskStates.AddRange(moved);
            observer.MasksMoved(moved);
        }

        return cause;
    }

    private IEnumerable<Batch> Parts(Batch batch) => batch.Inputs.chunk(options.Accumulate).Zip(batch.Targets.chunk(options.Accumulate))
        .Select(static part => new Batch(part.First, part.Second));

    private void EvaluateOnce(ITrainingObserver observer, int count)
    {
        if (evaluations.Count == 0 || evaluations[^1].Step < steps.Count)
        {
            Evaluate(observer, count);
        }
    }

    private void Evaluate(ITrainingObserver observer, int count)
    {
        shared?.AverageStatistics();
        var batches = data.Validation(options.Batch, count).SelectMany(Parts);
        var evaluation = Evaluator.Measure(model, loss, batches, device, steps.Count, shared);
        evaluations.Add(evaluation);
        observer.Evaluated(evaluation);
    }

    private TrainingHistory History(Outcome outcome) => new([.. steps], [.. evaluations], outcome) { Masks = [.. maskStates] };
}

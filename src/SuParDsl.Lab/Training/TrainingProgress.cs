using System.Diagnostics;

namespace SuParDsl.Lab.Training;

/// <summary>Records the history of a run while it trains, and passes every event to an observer.</summary>
/// <param name="observer">Receives every step and measurement.</param>
internal sealed class TrainingProgress(ITrainingObserver observer)
{
    private const double SpeedSmoothing = 0.05;

    private readonly List<StepMetrics> steps = [];
    private readonly List<Evaluation> evaluations = [];
    private readonly List<MaskState> masks = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private double earlierSeconds;

    /// <summary>The number of steps done.</summary>
    public int Steps => steps.Count;

    /// <summary>Whether the current state has been measured on the validation data.</summary>
    public bool IsEvaluated => evaluations.Count > 0 && evaluations[^1].Step == Steps;

    /// <summary>Whether there is an observer that may have a reason to stop, on this rank or on rank 0.</summary>
    public bool MayStop => observer is RunObservers;

    /// <summary>Why an observer ends the run; null for none.</summary>
    /// <exception cref="UserException">An observer has failed.</exception>
    public string? StopReason => observer.StopReason;

    /// <summary>A new run begins.</summary>
    public void Begin() => observer.Begun(History(Outcome.Interrupted));

    /// <summary>The run goes on from an earlier state, and what followed that state is dropped.</summary>
    public void Resume(TrainingHistory history)
    {
        Replace(steps, history.Steps);
        Replace(evaluations, history.Evaluations);
        Replace(masks, history.Masks);
        earlierSeconds = steps.Count > 0 ? steps[^1].Seconds : 0;
        clock.Restart();
        observer.Begun(History(Outcome.Interrupted));
    }

    /// <summary>Drops the measurement of the current state, if there is one.</summary>
    public void DropMeasurement()
    {
        if (IsEvaluated)
        {
            evaluations.RemoveAt(evaluations.Count - 1);
            observer.MeasurementDropped(Steps);
        }
    }

    /// <summary>Adds a step.</summary>
    /// <param name="step">The result of the step.</param>
    /// <param name="learningRate">The base learning rate of the step.</param>
    public void Add(StepResult step, double learningRate)
    {
        var before = steps.Count == 0 ? (double?)null : steps[^1].UnitsPerSecond;
        var seconds = earlierSeconds + clock.Elapsed.TotalSeconds;
        steps.Add(new(Steps + 1, step.Loss, learningRate, step.GradientNorm, Smooth(before, step.UnitsPerSecond), seconds));
        observer.Stepped(steps[^1]);
    }

    /// <summary>Adds the masks after an update.</summary>
    public void Add(IReadOnlyList<MaskState> moved)
    {
        masks.AddRange(moved);
        observer.MasksMoved(moved);
    }

    /// <summary>Adds a measurement.</summary>
    public void Add(Evaluation evaluation)
    {
        evaluations.Add(evaluation);
        observer.Evaluated(evaluation);
    }

    /// <summary>The last step was skipped.</summary>
    /// <param name="cause">Where the first NaN or infinite value occurred.</param>
    public void Diverged(string cause) => observer.Diverged(Steps, cause);

    /// <summary>The run has ended.</summary>
    public void End(TrainingHistory history) => observer.Ended(history);

    /// <summary>The history so far, with an outcome.</summary>
    public TrainingHistory History(Outcome outcome) => new([.. steps], [.. evaluations], outcome) { Masks = [.. masks] };

    private static double Smooth(double? before, double now) =>
        before is { } smooth ? smooth + (SpeedSmoothing * (now - smooth)) : now;

    private static void Replace<T>(List<T> all, IReadOnlyList<T> by)
    {
        all.Clear();
        all.AddRange(by);
    }
}

using System.Collections.Immutable;

namespace SuParDsl.Lab.Training;

/// <summary>The metrics of one step.</summary>
/// <param name="Step">The number of steps done, this one included.</param>
/// <param name="Loss">Its training loss.</param>
/// <param name="LearningRate">The base learning rate of the step.</param>
/// <param name="GradientNorm">The global gradient norm before clipping.</param>
/// <param name="UnitsPerSecond">The smoothed throughput in units of the data.</param>
/// <param name="Seconds">The time since the run began.</param>
public sealed record StepMetrics(
    int Step, double Loss, double LearningRate, double GradientNorm, double UnitsPerSecond, double Seconds);

/// <summary>A measurement on the validation part of the data.</summary>
/// <param name="Step">The number of steps done before it.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Units">The number of units that the mean is over.</param>
/// <param name="Accuracy">The fraction of units whose likeliest class was right; null if the loss has no accuracy.</param>
public sealed record Evaluation(int Step, double Loss, long Units, double? Accuracy = null)
{
    /// <summary>The values of the loss's own metrics by their names.</summary>
    public ImmutableDictionary<string, double> Metrics { get; init; } = ImmutableDictionary<string, double>.Empty;
}

/// <summary>The state of a tensor's mask after a mask update.</summary>
/// <param name="Step">The step.</param>
/// <param name="Tensor">The tensor's full name.</param>
/// <param name="Density">The fraction of its weights that are kept.</param>
/// <param name="Share">The measured fraction q of a full step that passes its mask; null if it is not measured.</param>
public sealed record MaskState(int Step, string Tensor, double Density, double? Share)
{
    /// <summary>The states of a model's masks after a step, in the order of the tensors' names.</summary>
    internal static MaskState[] All(IModel model, int step) =>
    [
        .. model.Masks.OrderBy(static mask => mask.Key, StringComparer.Ordinal).Select(mask => new MaskState(
            step, mask.Key, mask.Value.Density, model.Shares.TryGetValue(mask.Key, out var share) ? share : null)),
    ];
}

/// <summary>The history of a run up to its last step.</summary>
/// <param name="Steps">Its steps.</param>
/// <param name="Evaluations">Its measurements; the last one is at its end.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record TrainingHistory(IReadOnlyList<StepMetrics> Steps, IReadOnlyList<Evaluation> Evaluations, Outcome Outcome)
{
    /// <summary>Its masks after each mask update; empty if masks are static.</summary>
    public IReadOnlyList<MaskState> Masks { get; init; } = [];

    /// <summary>Why an observer ended it before its last step; null if none did.</summary>
    public string? StopReason { get; init; }

    /// <summary>The last step of which something is known; 0 for the measurement before the first one; −1 for nothing.</summary>
    public int Last => Steps.Count == 0 && Evaluations.Count == 0 ? -1 : Steps.Count;
}

/// <summary>How a run ended.</summary>
public enum Outcome
{
    /// <summary>Every step was done.</summary>
    Complete,

    /// <summary>It was asked to stop.</summary>
    Interrupted,

    /// <summary>The loss or a gradient became NaN or infinite.</summary>
    Diverged,
}

/// <summary>
/// Receives events while a model trains, and may end the training. An example's <c>Observers</c> are a program's own, such as a
/// logger or <see cref="EarlyStopping"/>.
/// </summary>
/// <remarks>
/// With several ranks, rank 0 has the observers. If one throws, the run ends with one line that names it. A run of one rank that
/// writes checkpoints is saved first. An observer that is <see cref="IDisposable"/> is disposed at the end of the run, however it
/// ends.
/// </remarks>
public interface ITrainingObserver
{
    /// <summary>
    /// Why the training shall end; null or an empty text to go on. It is asked between two steps, after the measurement if there
    /// is one. If it follows from the history that <see cref="Begun"/> receives, a run that it has ended is also finished when
    /// it is resumed.
    /// </summary>
    string? StopReason => null;

    /// <summary>
    /// Training begins, or resumes from a checkpoint. Events already received for later steps are void.
    /// </summary>
    /// <param name="past">The steps and measurements so far; empty for a new run.</param>
    void Begun(TrainingHistory past)
    {
    }

    /// <summary>The measurement after a step is void, because it is made again in another way or not at all.</summary>
    void MeasurementDropped(int step)
    {
    }

    /// <summary>A step is done.</summary>
    void Stepped(StepMetrics step)
    {
    }

    /// <summary>A measurement on the validation data is done: before the first step, and every few steps.</summary>
    void Evaluated(Evaluation evaluation)
    {
    }

    /// <summary>Masks were updated or measured.</summary>
    void MasksMoved(IReadOnlyList<MaskState> masks)
    {
    }

    /// <summary>A step was skipped because of a NaN or infinite value.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cause">Where the first NaN or infinite value occurred.</param>
    void Diverged(int step, string cause)
    {
    }

    /// <summary>The training has ended: it is complete, was stopped or diverged. A run that failed does not end so.</summary>
    void Ended(TrainingHistory history)
    {
    }
}

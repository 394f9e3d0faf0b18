using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>Writes the events of a run to TensorBoard event files, and passes them to another observer.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="next">The other observer.</param>
internal sealed class EventObserver(string folder, ITrainingObserver next) : ITrainingObserver, IDisposable
{
    private EventFile? file;
    private int firstStep;

    // Create the file with its first event, so that resuming a complete run leaves no empty file.
    private EventFile Events => file ??= EventFile.Create(folder, DateTimeOffset.UtcNow, firstStep);

    /// <inheritdoc/>
    public void Begun(TrainingHistory past)
    {
        Dispose();
        (file, firstStep) = (null, past.Last + 1);
        EventHistory.KeepUntil(folder, past.Last);
        next.Begun(past);
    }

    /// <inheritdoc/>
    public void MeasurementDropped(int step)
    {
        EventHistory.DropMeasurement(folder, step);
        next.MeasurementDropped(step);
    }

    /// <inheritdoc/>
    public void Stepped(StepMetrics step)
    {
        Events.Add(
            DateTimeOffset.UtcNow, step.Step,
            ("loss/train", step.Loss), ("learning_rate", step.LearningRate),
            ("gradient_norm", step.GradientNorm), ("units_per_second", step.UnitsPerSecond));
        next.Stepped(step);
    }

    /// <inheritdoc/>
    public void Evaluated(Evaluation evaluation)
    {
        Events.Add(
            DateTimeOffset.UtcNow, evaluation.Step,
            [
                (EventHistory.Measurement, evaluation.Loss),
                .. evaluation.Metrics.OrderBy(static metric => metric.Key, StringComparer.Ordinal)
                    .Select(static metric => ("metric/" + metric.Key, metric.Value)),
            ]);
        next.Evaluated(evaluation);
    }

    /// <inheritdoc/>
    public void MasksMoved(IReadOnlyList<MaskState> masks)
    {
        Events.Add(DateTimeOffset.UtcNow, masks[0].Step, [.. masks.SelectMany(Scalars)]);
        next.MasksMoved(masks);
    }

    /// <inheritdoc/>
    public void Ended(TrainingHistory history) => next.Ended(history);

    /// <inheritdoc/>
    public void Diverged(int step, string cause) => next.Diverged(step, cause);

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private static IEnumerable<(string, double)> Scalars(MaskState mask)
    {
        yield return ("density/" + mask.Tensor, mask.Density);
        if (mask.Share is { } share)
        {
            yield return ("share/" + mask.Tensor, share);
        }
    }
}

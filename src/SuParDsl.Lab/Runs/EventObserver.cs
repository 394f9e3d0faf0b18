using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>Writes what happens in a run to an event file, on its way to another observer.</summary>
/// <param name="events">The file.</param>
/// <param name="next">The other observer.</param>
internal sealed class EventObserver(EventFile events, ITrainingObserver next) : ITrainingObserver
{
    /// <inheritdoc/>
    public void Stepped(StepMetrics step)
    {
        events.Add(
            DateTimeOffset.UtcNow, step.Step,
            ("loss/train", step.Loss), ("learning_rate", step.LearningRate),
            ("gradient_norm", step.GradientNorm), ("units_per_second", step.UnitsPerSecond));
        next.Stepped(step);
    }

    /// <inheritdoc/>
    public void Evaluated(Evaluation evaluation)
    {
        events.Add(DateTimeOffset.UtcNow, evaluation.Step, ("loss/validation", evaluation.Loss));
        events.Flush();
        next.Evaluated(evaluation);
    }

    /// <inheritdoc/>
    public void MasksMoved(IReadOnlyList<MaskState> masks)
    {
        events.Add(DateTimeOffset.UtcNow, masks[0].Step, [.. masks.SelectMany(Scalars)]);
        next.MasksMoved(masks);
    }

    /// <inheritdoc/>
    public void Diverged(int step, string cause) => next.Diverged(step, cause);

    private static IEnumerable<(string, double)> Scalars(MaskState mask)
    {
        yield return ("density/" + mask.Tensor, mask.Density);
        if (mask.Share is { } share)
        {
            yield return ("share/" + mask.Tensor, share);
        }
    }
}

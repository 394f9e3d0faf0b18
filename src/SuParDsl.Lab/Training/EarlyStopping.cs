using System.Globalization;

namespace SuParDsl.Lab.Training;

/// <summary>Ends a run once the validation loss has not fallen for some measurements.</summary>
/// <remarks>
/// <see cref="TrainingOptions.EvalEvery"/> says when it is measured. The runs of a sweep are measured before their first step and
/// after their last one only, so that none of them ends early. The state follows from the measurements alone, so that a resumed
/// run stops where the run would have stopped.
/// </remarks>
public sealed class EarlyStopping : ITrainingObserver
{
    private readonly List<Evaluation> seen = [];
    private readonly int patience;
    private readonly double minDelta;
    private readonly Func<Evaluation, double> monitor;

    /// <summary>Creates the observer.</summary>
    /// <param name="patience">The number of measurements in a row without a smaller value, at least 1.</param>
    /// <param name="minDelta">By how much a value must be smaller than the smallest one before, at least 0.</param>
    /// <param name="monitor">
    /// Returns the value that must fall; null for the validation loss. NaN and infinity are no smaller values.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The patience is below 1, or the difference below 0.</exception>
    public EarlyStopping(int patience = 5, double minDelta = 0, Func<Evaluation, double>? monitor = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minDelta);
        (this.patience, this.minDelta, this.monitor) = (patience, minDelta, monitor ?? (static evaluation => evaluation.Loss));
    }

    /// <inheritdoc/>
    public string? StopReason
    {
        get
        {
            var (best, at) = (double.PositiveInfinity, 0);
            foreach (var (index, value) in seen.Select(monitor).Index().Where(static entry => double.IsFinite(entry.Item)))
            {
                (best, at) = value < best - minDelta ? (value, index) : (best, at);
            }

            return double.IsFinite(best) && seen.Count - 1 - at >= patience
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"no measurement is below {best:G5} of step {seen[at].Step}, and {patience} have followed it")
                : null;
        }
    }

    /// <inheritdoc/>
    public void Begun(TrainingHistory past)
    {
        seen.Clear();
        seen.AddRange(past.Evaluations);
    }

    /// <inheritdoc/>
    public void MeasurementDropped(int step) => seen.RemoveAll(evaluation => evaluation.Step == step);

    /// <inheritdoc/>
    public void Evaluated(Evaluation evaluation) => seen.Add(evaluation);
}

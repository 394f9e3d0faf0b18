using System.Globalization;

namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Searches over log₂ of the learning rate: walks outwards in octaves until both neighbors of the best value are worse, then
/// divides the larger of the two intervals beside it by the golden section until they are narrow. A diverged value is worse than
/// any other. Where four values at the end of the walk are equal, the search ends.
/// </summary>
/// <param name="start">The learning rate to begin at.</param>
/// <param name="least">The smallest learning rate that may be asked for: that at which schedules end.</param>
internal sealed class GoldenSection(double start, double least = 0) : ITuner
{
    /// <summary>The distance between the neighbors of the best value at which the search ends, in octaves.</summary>
    public const double Width = 0.8;

    // How far the search walks from the start, in octaves.
    private const double Farthest = 12;

    // So many equal values at an edge end the search.
    private const int Even = 4;

    // The least distance of a value from the best one at an edge, in octaves.
    private const double Closest = 0.1;

    private static readonly double Golden = (3 - Math.Sqrt(5)) / 2;

    private readonly SortedList<double, double> known = [];

    /// <inheritdoc/>
    public void Tell(Trial trial) => known[Math.Log2(trial.LearningRate)] = trial.Loss;

    /// <inheritdoc/>
    public IReadOnlyList<double> Ask()
    {
        if (known.Count == 0)
        {
            return [.. new[] { start / 2, start, start * 2 }.Select(rate => Math.Max(rate, least)).Distinct()];
        }

        var (places, losses) = (known.Keys, known.Values);
        var best = Enumerable.Range(0, known.Count).MinBy(i => losses[i]);
        if (best == 0 || best == known.Count - 1)
        {
            if (IsFlat(best == 0 ? [.. losses.Take(Even)] : [.. losses.TakeLast(Even)]))
            {
                return [];
            }

            // Where everything diverged, the first of equal values is the best, so that the search walks downwards.
            var next = best == 0 ? Math.Max(places[0] - 1, Math.Log2(least)) : places[best] + 1;
            return Math.Abs(next - places[best]) >= Closest && Math.Abs(next - Math.Log2(start)) <= Farthest + 1e-6
                ? [Rate(next)] : [];
        }

        var (left, right) = (places[best] - places[best - 1], places[best + 1] - places[best]);
        if (left + right <= Width + 1e-9)
        {
            return [];
        }

        // Of two equal intervals, the one with the better end is more likely to hold the optimum.
        var goesRight = Math.Abs(left - right) > 1e-6 ? right > left : losses[best + 1] <= losses[best - 1];
        return [Rate(goesRight ? places[best] + (Golden * right) : places[best] - (Golden * left))];
    }

    // Less than rounding is no difference. Infinite losses are no flat end: they are walked away from.
    private static bool IsFlat(double[] losses) =>
        losses.Length == Even && losses.Max() - losses.Min() <= 1e-6 * Math.Abs(losses.Min());

    // Nine digits, as in the name of a run.
    private double Rate(double place) => Math.Max(least, double.Parse(
        Math.Pow(2, Math.Round(place, 2)).ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}

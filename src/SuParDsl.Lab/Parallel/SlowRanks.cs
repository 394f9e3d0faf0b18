using System.Globalization;

namespace SuParDsl.Lab.Parallel;

/// <summary>Finds a rank for which the others wait, from the time that each rank computes in a step.</summary>
/// <param name="count">The number of ranks.</param>
internal sealed class SlowRanks(int count)
{
    private const double Smoothing = 0.1, Tolerated = 1.5;

    // A single slow step means nothing, and a warning in every step would be ignored.
    private const int Steps = 20, StepsBetween = 500;

    private readonly double[] smooth = new double[count];
    private int steps, quietUntil = Steps;

    /// <summary>Adds the times of a step.</summary>
    /// <param name="seconds">The seconds that each rank computed.</param>
    /// <returns>A warning about the slowest rank; null if there is nothing to report.</returns>
    public string? Add(IReadOnlyList<double> seconds)
    {
        for (var rank = 0; rank < smooth.Length; rank++)
        {
            smooth[rank] = steps == 0 ? seconds[rank] : smooth[rank] + (Smoothing * (seconds[rank] - smooth[rank]));
        }

        // The lower median: with two ranks, the faster one.
        var median = smooth.Order().ElementAt((smooth.Length - 1) / 2);
        var slowest = Array.IndexOf(smooth, smooth.Max());
        if (++steps <= quietUntil || smooth[slowest] <= Tolerated * median)
        {
            return null;
        }

        quietUntil = steps + StepsBetween;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"rank {slowest} is slow: it computes {smooth[slowest]:G3} s a step, the median rank {median:G3} s; "
            + $"the others wait for it");
    }
}

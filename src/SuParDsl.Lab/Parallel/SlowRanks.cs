using System.Globalization;

namespace SuParDsl.Lab.Parallel;

/// <summary>Finds a rank that keeps the others waiting, from the time that each computes in a step.</summary>
/// <param name="count">How many ranks there are.</param>
internal sealed class SlowRanks(int count)
{
    private const double Smoothing = 0.1, Tolerated = 1.5;

    // One slow step is an accident, and nobody reads a line a step.
    private const int Steps = 20, StepsBetween = 500;

    private readonly double[] smooth = new double[count];
    private int steps, quietUntil = Steps;

    /// <summary>Adds a step.</summary>
    /// <param name="seconds">What each rank computed for.</param>
    /// <returns>A line about the slowest rank, where there is something to say.</returns>
    public string? Add(IReadOnlyList<double> seconds)
    {
        for (var rank = 0; rank < smooth.Length; rank++)
        {
            smooth[rank] = steps == 0 ? seconds[rank] : smooth[rank] + (Smoothing * (seconds[rank] - smooth[rank]));
        }

        // Of two, the faster one is what the other is held against.
        var median = smooth.Order().ElementAt((smooth.Length - 1) / 2);
        var slowest = Array.IndexOf(smooth, smooth.Max());
        if (++steps <= quietUntil || smooth[slowest] <= Tolerated * median)
        {
            return null;
        }

        quietUntil = steps + StepsBetween;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"rank {slowest} is slow: it computes {smooth[slowest]:G3} s a step, the median rank {median:G3} s; the others wait for it");
    }
}

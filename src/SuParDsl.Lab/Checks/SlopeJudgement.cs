using System.Collections.Immutable;

namespace SuParDsl.Lab.Checks;

/// <summary>Judges the slopes of one rule over one axis by their confidence intervals.</summary>
/// <remarks>
/// Errors of both kinds have at most the probability <see cref="Error"/>. A check fails if any of many slopes is beyond the
/// threshold, so each interval has a fraction of the error (Bonferroni). It passes only if all slopes are within it, so each
/// interval may have all of the error (an intersection-union test, Berger 1982).
/// </remarks>
/// <param name="Slopes">The slopes.</param>
/// <param name="Threshold">The largest slope that passes.</param>
/// <param name="Error">The probability of a wrong verdict.</param>
internal sealed record SlopeJudgement(ImmutableArray<SlopeEstimate> Slopes, double Threshold, double Error)
{
    /// <summary>The error of a check with a fixed number of seeds.</summary>
    public const double DefaultError = 0.05;

    // More seeds than these are not suggested: the slope is as good as on the threshold.
    private const int MostSeeds = 1000;

    /// <summary>The verdict on all slopes.</summary>
    public Verdict Verdict { get; } = Slopes.Select(slope => Judge(slope, Slopes.Length, Threshold, Error))
        .Append(Verdict.Within).Max();

    /// <summary>The verdict on one of the slopes.</summary>
    public Verdict Of(SlopeEstimate slope) => Judge(slope, Slopes.Length, Threshold, Error);

    /// <summary>The slopes with the verdict that counts, the one farthest from 0 first.</summary>
    public IEnumerable<SlopeEstimate> Deciding => Slopes.Where(slope => Of(slope) == Verdict)
        .OrderByDescending(static slope => double.IsNaN(slope.Excess) ? double.PositiveInfinity : slope.Excess);

    /// <summary>
    /// The number of seeds at which the verdict would be known if slopes and their variances stayed as they are; null if it is
    /// more than 1000, or if there is only one seed to judge by.
    /// </summary>
    /// <param name="seeds">The number of seeds now.</param>
    public int? SeedsToDecide(int seeds)
    {
        if (Slopes.Any(static slope => double.IsNaN(slope.StandardError)))
        {
            return null;
        }

        for (var more = seeds; more <= MostSeeds; more += Math.Max(1, more / 8))
        {
            var scale = Math.Sqrt((double)seeds / more);
            ImmutableArray<SlopeEstimate> then =
            [
                .. Slopes.Select(slope => slope with
                {
                    StandardError = slope.StandardError * scale, Freedom = slope.Freedom / Math.Max(1, seeds - 1) * (more - 1),
                }),
            ];
            if (new SlopeJudgement(then, Threshold, Error).Verdict != Verdict.Undecided)
            {
                return more;
            }
        }

        return null;
    }

    private static Verdict Judge(SlopeEstimate slope, int slopes, double threshold, double error)
    {
        if (!double.IsFinite(slope.Value))
        {
            return Verdict.Beyond;
        }

        var sides = slope.MayShrink ? 1 : 2;
        return slope.Excess - slope.HalfWidth(error / (sides * slopes)) > threshold ? Verdict.Beyond
            : slope.Excess + slope.HalfWidth(error) <= threshold ? Verdict.Within
            : Verdict.Undecided;
    }
}

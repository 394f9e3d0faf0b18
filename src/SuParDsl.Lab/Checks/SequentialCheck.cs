namespace SuParDsl.Lab.Checks;

/// <summary>Runs a check once, or with more and more seeds until its verdict is decided.</summary>
internal static class SequentialCheck
{
    /// <summary>The number of seeds beyond which none are added.</summary>
    public const int MostSeeds = 128;

    /// <summary>Runs a check.</summary>
    /// <remarks>
    /// Repeated tests of a growing sample find effects that are not there. The first look has half of the error, the second a
    /// quarter, and so on, so that all looks together have no more than a single one.
    /// </remarks>
    /// <param name="plan">What to check. Its seeds are those of the first look; each further look has twice as many.</param>
    /// <param name="measure">Measures a plan; null if it was stopped. It may reuse what an earlier call measured.</param>
    /// <returns>The last look; null if the measurement was stopped.</returns>
    public static MeasuredCheck? Run(CheckPlan plan, Func<CheckPlan, IReadOnlyList<CheckResult>?> measure)
    {
        for (var error = plan.UntilDecided ? SlopeJudgement.DefaultError / 2 : SlopeJudgement.DefaultError; ; error /= 2)
        {
            if (measure(plan) is not { } results)
            {
                return null;
            }

            var isLast = !plan.UntilDecided || plan.Seeds >= MostSeeds;
            if (isLast || CheckVerdict.Of(plan, results, error).Verdict != Verdict.Undecided)
            {
                return new(plan, results, error);
            }

            plan = plan with { Seeds = Math.Min(2 * plan.Seeds, MostSeeds) };
        }
    }
}

/// <summary>The measurements that decide a check, or all that there are.</summary>
/// <param name="Plan">The plan, with the number of seeds that were measured.</param>
/// <param name="Results">The results.</param>
/// <param name="Error">The error of each interval.</param>
internal sealed record MeasuredCheck(CheckPlan Plan, IReadOnlyList<CheckResult> Results, double Error);

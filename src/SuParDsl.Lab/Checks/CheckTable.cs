using System.Globalization;
using System.Text;
using SuParDsl.Checks;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Checks;

/// <summary>Formats a coordinate check as tables and text.</summary>
internal static class CheckTable
{
    /// <summary>A row for each kind of layer: slopes at the first and the last step, with the verdict on all steps.</summary>
    public static TextTable Of(CheckResult result, SlopeJudgement judgement)
    {
        var last = judgement.Slopes.Max(static slope => slope.Step);
        var changed = result.Kinds.Points.Where(static p => p.Step > 0).Select(static p => p with { Value = p.Change });
        var changes = SlopeEstimate.Of(changed, static _ => false)
            .ToDictionary(static slope => (slope.Layer, slope.Step));
        var rows = judgement.Slopes.GroupBy(static slope => slope.Layer).Select(group =>
        {
            var bySteps = group.ToDictionary(static slope => slope.Step);
            var worst = group.MaxBy(static slope => double.IsNaN(slope.Value) ? double.PositiveInfinity : Math.Abs(slope.Value))!;
            return new[]
            {
                group.Key, Interval(bySteps[0]), Interval(bySteps[last]),
                string.Create(CultureInfo.InvariantCulture, $"{worst.Value:+0.00;-0.00;0.00} @{worst.Step}"),
                Interval(changes.GetValueOrDefault((group.Key, 1))), Interval(changes.GetValueOrDefault((group.Key, last))),
                Verdict([.. group], judgement),
            };
        });
        return new(["layer", "step 0", $"step {last}", "worst", "Δ step 1", $"Δ step {last}", "verdict"], [.. rows]);
    }

    /// <summary>The verdict on a result in one line.</summary>
    /// <param name="result">The result.</param>
    /// <param name="judgement">Its judgement.</param>
    /// <param name="seeds">The number of seeds.</param>
    public static string Verdict(CheckResult result, SlopeJudgement judgement, int seeds)
    {
        var (name, all) = ($"{RuleNames.Of(result.Rule)} over {result.Report.Axis}", judgement.Slopes.Length);
        var deciding = judgement.Deciding.ToList();
        var limit = Number(judgement.Threshold);
        return judgement.Verdict switch
        {
            Checks.Verdict.Within => $"{name}: all {all} slopes are within ±{limit}",
            Checks.Verdict.Beyond =>
                $"{name}: {deciding.Count} of {all} slopes are beyond ±{limit}, farthest {Place(deciding[0])}",
            _ => $"{name}: not decided, because {deciding.Count} of {all} intervals contain ±{limit}, "
                + $"such as {Place(deciding[0])}; " + Cure(judgement.SeedsToDecide(seeds), seeds),
        };
    }

    /// <summary>Every measurement of some results as comma-separated values.</summary>
    public static string Csv(IEnumerable<CheckResult> results)
    {
        var csv = new StringBuilder("rule,axis,value,seed,step,layer,mean_abs,mean_abs_change\n");
        foreach (var result in results)
        {
            foreach (var p in result.Report.Points)
            {
                csv.Append(
                    CultureInfo.InvariantCulture,
                    $"{result.Rule},{result.Report.Axis},{p.Size:G9},{p.Seed},{p.Step},{p.Layer},{p.Value:G6},{p.Change:G6}\n");
            }
        }

        return csv.ToString();
    }

    /// <summary>Every slope of some results as comma-separated values.</summary>
    public static string SlopesCsv(IEnumerable<CheckResult> results)
    {
        var csv = new StringBuilder("rule,axis,layer,step,slope,spread,change_slope,change_spread\n");
        foreach (var result in results)
        {
            var changes = result.Compared.ChangeSlopes.ToDictionary(static slope => (slope.Layer, slope.Step));
            foreach (var s in result.Compared.Slopes)
            {
                var change = changes.TryGetValue((s.Layer, s.Step), out var c)
                    ? string.Create(CultureInfo.InvariantCulture, $"{c.Value:F4},{c.Spread:F4}")
                    : ",";
                csv.Append(
                    CultureInfo.InvariantCulture,
                    $"{result.Rule},{result.Report.Axis},{s.Layer},{s.Step},{s.Value:F4},{s.Spread:F4},{change}\n");
            }
        }

        return csv.ToString();
    }

    private static string Verdict(IReadOnlyList<SlopeEstimate> steps, SlopeJudgement judgement)
    {
        var verdict = steps.Max(judgement.Of);
        var first = steps.Where(slope => judgement.Of(slope) == verdict).Min(static slope => slope.Step);
        return verdict switch
        {
            Checks.Verdict.Beyond => $"beyond {Number(judgement.Threshold)} from step {first}",
            Checks.Verdict.Undecided => $"not decided from step {first}",
            _ => steps[0].MayShrink ? "within (may shrink)" : "within",
        };
    }

    private static string Cure(int? needed, int seeds) => needed is { } more
        ? $"about {more} seeds would decide at these sizes (--seeds {more}), or fewer over more sizes"
        : seeds == 1
            ? "one seed has no interval, so give at least two (--seeds 2)"
            : "more than 1000 seeds would be needed at these sizes, so compare more sizes or set another --threshold";

    private static string Place(SlopeEstimate slope) => $"{slope.Layer} at step {slope.Step}: {Interval(slope)}";

    // Two-sided, at 95 %.
    private static string Interval(SlopeEstimate? slope) => slope is null ? string.Empty
        : double.IsFinite(slope.HalfWidth(0.025))
            ? string.Create(CultureInfo.InvariantCulture, $"{slope.Value:+0.00;-0.00;0.00} ± {slope.HalfWidth(0.025):F2}")
            : string.Create(CultureInfo.InvariantCulture, $"{slope.Value:+0.00;-0.00;0.00}");

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}

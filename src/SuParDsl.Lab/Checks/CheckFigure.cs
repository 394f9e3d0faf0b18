using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Checks;

/// <summary>A coordinate check as the paper's figure 5: a panel for each kind of layer and rule, a line for each step.</summary>
internal static class CheckFigure
{
    // More lines than this cannot be told apart.
    private const int MaxLines = 11;

    /// <summary>The figure of one axis: its results, one for each rule.</summary>
    public static PanelFigure Of(string title, IReadOnlyList<CheckResult> results)
    {
        var reports = results.Select(static result => (result.Rule, Kinds: LayerKinds.Merge(result.Compared))).ToList();
        var steps = reports[0].Kinds.Points.Select(static p => p.Step).Distinct().Order().ToList();
        var stride = (steps.Count + MaxLines - 1) / MaxLines;
        var shown = steps.Where(step => step % stride == 0).ToList();
        var panels =
            from kind in reports[0].Kinds.Points.Select(static p => p.Layer).Distinct()
            from report in reports
            let points = report.Kinds.Points.Where(p => p.Layer == kind).ToLookup(static p => p.Step)
            select new Panel($"{RuleNames.Of(report.Rule)}: {kind}", [.. shown.Select(step => Line(step, points[step]))]);
        return new(title, results[0].Report.Axis, "mean |activation|", reports.Count, [.. panels], HasLogY: true);
    }

    private static PanelSeries Line(int step, IEnumerable<CoordinatePoint> points) => new(
        $"step {step}",
        [.. points.GroupBy(static p => p.Size).OrderBy(static g => g.Key).Select(static g => new ChartPoint(g.Key, g.Average(static p => p.Value)))]);
}

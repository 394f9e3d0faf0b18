using SuParDsl.Checks;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Checks;

/// <summary>
/// Draws a coordinate check as in the paper's figure 5: a panel for each kind of layer and rule, a line for each step.
/// </summary>
internal static class CheckFigure
{
    // More lines cannot be distinguished.
    private const int MaxLines = 11;

    /// <summary>The figure for one axis, from its results for each rule.</summary>
    public static PanelFigure Of(string title, IReadOnlyList<CheckResult> results)
    {
        var steps = results[0].Kinds.Points.Select(static p => p.Step).Distinct().Order().ToList();
        var stride = (steps.Count + MaxLines - 1) / MaxLines;
        var shown = steps.Where(step => step % stride == 0).ToList();
        var panels =
            from kind in results[0].Kinds.Points.Select(static p => p.Layer).Distinct()
            from result in results
            let points = result.Kinds.Points.Where(p => p.Layer == kind).ToLookup(static p => p.Step)
            select new Panel($"{RuleNames.Of(result.Rule)}: {kind}", [.. shown.Select(step => Line(step, points[step]))]);
        return new(title, results[0].Report.Axis, "mean |activation|", results.Count, [.. panels], HasLogY: true);
    }

    private static PanelSeries Line(int step, IEnumerable<CoordinatePoint> points) => new(
        $"step {step}",
        [.. points.GroupBy(static p => p.Size)
            .OrderBy(static g => g.Key)
            .Select(static g => new ChartPoint(g.Key, g.Average(static p => p.Value)))]);
}

using System.Globalization;
using System.Text;
using SuParDsl.Checks;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Checks;

/// <summary>Formats a coordinate check as tables and text.</summary>
internal static class CheckTable
{
    /// <summary>A row for each kind of layer: slopes at the first and the last step.</summary>
    public static TextTable Of(CheckResult result, double threshold)
    {
        var kinds = result.Kinds;
        var last = kinds.Slopes.Max(static slope => slope.Step);
        var above = result.Above(threshold).ToLookup(static slope => LayerKinds.Of(slope.Layer));
        var changes = kinds.ChangeSlopes.ToDictionary(static slope => (slope.Layer, slope.Step));
        var rows = kinds.Slopes.GroupBy(static slope => slope.Layer).Select(group =>
        {
            var bySteps = group.ToDictionary(static slope => slope.Step);
            var worst = group.MaxBy(static slope => double.IsNaN(slope.Value) ? double.PositiveInfinity : Math.Abs(slope.Value))!;
            return new[]
            {
                group.Key, Slope(bySteps[0]), Slope(bySteps[last]),
                string.Create(CultureInfo.InvariantCulture, $"{worst.Value:+0.00;-0.00;0.00} @{worst.Step}"),
                Slope(changes.GetValueOrDefault((group.Key, 1))), Slope(changes.GetValueOrDefault((group.Key, last))),
                above.Contains(group.Key)
                    ? $"above {Number(threshold)} from step {above[group.Key].Min(static slope => slope.Step)}"
                    : "ok",
            };
        });
        return new(["layer", "step 0", $"step {last}", "worst", "Δ step 1", $"Δ step {last}", "verdict"], [.. rows]);
    }

    /// <summary>The verdict on a result in one line.</summary>
    public static string Verdict(CheckResult result, double threshold)
    {
        var (count, all) = (result.Above(threshold).Count(), result.Compared.Slopes.Length);
        var name = $"{RuleNames.Of(result.Rule)} over {result.Report.Axis}";
        if (count == 0)
        {
            return $"{name}: all {all} slopes within ±{Number(threshold)}";
        }

        var worst = result.Above(threshold)
            .MaxBy(static slope => double.IsNaN(slope.Value) ? double.PositiveInfinity : Math.Abs(slope.Value))!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {count} of {all} slopes beyond ±{Number(threshold)}, "
            + $"farthest {worst.Layer} at step {worst.Step}: {worst.Value:+0.00;-0.00;0.00} (± {worst.Spread:F2} over seeds)");
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

    private static string Slope(CoordinateSlope? slope) => slope is null
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{slope.Value:+0.00;-0.00;0.00} ± {slope.Spread:F2}");

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}

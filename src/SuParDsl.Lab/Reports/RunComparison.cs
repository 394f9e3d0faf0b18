using System.Globalization;
using System.Text.Json.Nodes;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Reports;

/// <summary>
/// Compares runs: a table of their results and of the settings in which they differ, and their curves over one another.
/// </summary>
internal static class RunComparison
{
    // These follow from other settings, or say nothing about a result.
    private static readonly string[] NotCompared =
    [
        "changes", "machine.started", "machine.runtime", "data.fingerprint", "data.training", "data.validation", "data.unit",
        "training.sampleLength", "checkpoints.every", "checkpoints.keep",
    ];

    /// <summary>The header of the table. The first column is the run's name.</summary>
    public static IReadOnlyList<string> Header(IReadOnlyList<ReportRun> runs) =>
    [
        "run", "validation loss", "best", "training loss (last 20)", "steps", "time", $"{Unit(runs)}s/s", "weights", "kept",
        .. Differing(runs).Select(static place => RunSettings.Name(place)),
    ];

    /// <summary>The rows of the table.</summary>
    public static IReadOnlyList<string[]> Rows(IReadOnlyList<ReportRun> runs)
    {
        var places = Differing(runs);
        return [.. runs.Select(run => Row(run, places))];
    }

    /// <summary>The places of the settings in which runs differ.</summary>
    private static IReadOnlyList<string> Differing(IReadOnlyList<ReportRun> runs) =>
    [
        .. runs.SelectMany(static run => run.Settings.Keys).Distinct()
            .Where(static place => !NotCompared.Contains(place))
            .Where(place => runs.Select(run => run.Settings.GetValueOrDefault(place))
                .Any(value => !JsonNode.DeepEquals(value, runs[0].Settings.GetValueOrDefault(place)))),
    ];

    /// <summary>The curves of all runs, one figure for each quantity that was measured.</summary>
    public static IReadOnlyList<PanelFigure> Figures(IReadOnlyList<ReportRun> runs) =>
    [
        .. new[]
        {
            Figure(
                runs, "validation loss",
                static run => run.History.Evaluations.Select(static e => new ChartPoint(e.Step, e.Loss)), true),
            Figure(runs, "training loss", static run => Points(run, static step => step.Loss), false),
            Figure(runs, "validation accuracy", static run => run.History.Evaluations
                .Where(static e => e.Accuracy is not null).Select(static e => new ChartPoint(e.Step, e.Accuracy!.Value)), true),
            Figure(runs, "learning rate", static run => Points(run, static step => step.LearningRate), false),
            Figure(runs, "gradient norm", static run => Points(run, static step => step.GradientNorm), false),
            Figure(
                runs, "mean density of masks",
                static run => run.History.Masks.GroupBy(static mask => mask.Step)
                    .Select(static step => new ChartPoint(step.Key, step.Average(static mask => mask.Density))), true),
        }.OfType<PanelFigure>(),
    ];

    private static PanelFigure? Figure(
        IReadOnlyList<ReportRun> runs, string title, Func<ReportRun, IEnumerable<ChartPoint>> points, bool hasMarkers)
    {
        PanelSeries[] series =
        [
            .. runs.Select(run => new PanelSeries(run.Name, ChartPoints.Thin([.. points(run)])) { HasMarkers = hasMarkers }),
        ];
        return series.All(static line => line.Points.Count == 0)
            ? null
            : new(title, "step", string.Empty, Columns: 1, [new(string.Empty, series)], HasLogY: false)
            {
                HasLogX = false,
                IsPair = runs.Count == 2,
                HasLegend = false,
                Size = FigureSize.Narrow,
            };
    }

    private static IEnumerable<ChartPoint> Points(ReportRun run, Func<StepMetrics, double> value) =>
        run.History.Steps.Select(step => new ChartPoint(step.Step, value(step)));

    private static string[] Row(ReportRun run, IReadOnlyList<string> places)
    {
        var (steps, evaluations) = (run.History.Steps, run.History.Evaluations);
        var best = evaluations.Where(static e => double.IsFinite(e.Loss)).MinBy(static e => e.Loss);
        var last = steps.Count > 0 ? steps[^1] : null;
        return
        [
            run.Name,
            evaluations.Count > 0 ? Number(evaluations[^1].Loss, "F4") : string.Empty,
            best is not null && best != evaluations[^1] ? $"{Number(best.Loss, "F4")} at {best.Step}" : string.Empty,
            last is not null ? Number(steps.TakeLast(20).Average(static step => step.Loss), "F4") : string.Empty,
            steps.Count < run.Steps ? $"{steps.Count} of {run.Steps}" : Number(steps.Count, "F0"),
            last is not null ? Clock.Text(TimeSpan.FromSeconds(last.Seconds)) : string.Empty,
            last is not null ? Number(last.UnitsPerSecond, "F0") : string.Empty,
            run.Weights is { } all ? Number(all, "F0") : string.Empty,
            run is { Kept: { } kept, Weights: > 0 and var total }
                ? string.Create(CultureInfo.InvariantCulture, $"{kept} ({100.0 * kept / total:G3} %)") : string.Empty,
            .. places.Select(place => run.Settings.TryGetValue(place, out var value) ? SettingChange.Text(value) : string.Empty),
        ];
    }

    private static string Unit(IReadOnlyList<ReportRun> runs) =>
        runs.Select(static run => run.Unit).Distinct().ToList() is [var unit] ? unit : "unit";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Sweeps;

/// <summary>The losses of one model over a hyperparameter: means over seeds.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Width">The width.</param>
/// <param name="Density">The density.</param>
/// <param name="Other">The hyperparameter that is not on the axis.</param>
/// <param name="Points">The losses by rising values; a value at which any seed diverged is left out.</param>
/// <param name="Diverged">The number of runs that diverged.</param>
internal sealed record SweepCurve(
    Rule Rule, double? Width, double? Density, double? Other, IReadOnlyList<(double Value, double Loss)> Points, int Diverged)
{
    /// <summary>The optimum; null where everything diverged.</summary>
    public Optimum? Best { get; } = Optimum.Of(Points);

    /// <summary>A name in legends.</summary>
    public string Name => string.Join(' ', new[]
    {
        Width is { } w ? $"w {Numbers.Text(w)}" : null, Density is { } d ? $"ρ {Numbers.Text(d)}" : null, Other is { } o ? $"· {o:G4}" : null,
    }.OfType<string>()) is { Length: > 0 } name ? name : "loss";
}

/// <summary>What a sweep found.</summary>
/// <param name="Runs">The finished runs.</param>
internal sealed record SweepSummary(IReadOnlyList<SweepRun> Runs)
{
    private bool IsOverRates { get; } = Runs.Select(static run => run.Point.LearningRate).Distinct().Count() > 1
        || Runs.Select(static run => run.Point.Sigma).Distinct().Count() < 2;

    /// <summary>What is swept.</summary>
    public string Hyperparameter => IsOverRates ? "base learning rate" : "base init std";

    /// <summary>The curves, in the order of the runs' settings.</summary>
    public IReadOnlyList<SweepCurve> Curves =>
    [
        .. Runs.GroupBy(run => (run.Point.Rule, run.Point.Width, run.Point.Density, Other: IsOverRates ? run.Point.Sigma : run.Point.LearningRate))
            .OrderByDescending(static g => g.Key.Rule).ThenBy(static g => g.Key.Width).ThenByDescending(static g => g.Key.Density).ThenBy(static g => g.Key.Other)
            .Select(g => new SweepCurve(
                g.Key.Rule, g.Key.Width, g.Key.Density, HasOthers ? g.Key.Other : null,
                [
                    .. g.GroupBy(X).Where(static at => at.All(static run => run.Loss is not null)).OrderBy(static at => at.Key)
                        .Select(static at => (at.Key, at.Average(static run => run.Loss!.Value))),
                ],
                g.Count(static run => run.Outcome == Outcome.Diverged))),
    ];

    private bool HasOthers => Runs.Select(run => IsOverRates ? run.Point.Sigma : run.Point.LearningRate).Distinct().Count() > 1;

    private string AxisName => IsOverRates ? "LR" : "σ";

    /// <summary>The optima and how far each lies from its rule's first one, in octaves.</summary>
    public TextTable Optima()
    {
        var rows = Curves.GroupBy(static curve => curve.Rule).SelectMany(group => group.Select(curve => new[]
        {
            RuleNames.Of(curve.Rule), curve.Name,
            curve.Best is { } best ? $"{Edge(best)}2^{Math.Log2(best.Value).ToString("F2", CultureInfo.InvariantCulture)}" : "all diverged",
            curve.Best is { } b ? b.Loss.ToString("F4", CultureInfo.InvariantCulture) : string.Empty,
            Drift(group.First(), curve) is { } drift ? drift.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : string.Empty,
            curve.Diverged.ToString(CultureInfo.InvariantCulture),
        }));
        return new(["rule", "model", $"best {AxisName}", "loss", "drift (octaves)", "diverged"], [.. rows]);
    }

    /// <summary>The farthest drift of each rule's optimum from its first one, a line for each rule.</summary>
    public IReadOnlyList<string> Drifts() =>
    [
        .. Curves.GroupBy(static curve => curve.Rule).Where(static group => group.Count() > 1).Select(group =>
        {
            var drifts = group.Skip(1).Select(curve => Drift(group.First(), curve)).OfType<double>().Select(Math.Abs).ToList();
            var isBound = group.Any(static curve => curve.Best is not { IsAtEdge: false });
            return drifts.Count == 0
                ? $"{RuleNames.Of(group.Key)}: no two optima to compare"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{RuleNames.Of(group.Key)}: best {AxisName} drifts by {(isBound ? "at least " : string.Empty)}{drifts.Max():F2} octaves{(isBound ? " (an optimum lies at the edge of the grid, or everything diverged)" : string.Empty)}");
        }),
    ];

    /// <summary>Loss against the hyperparameter, a panel for each rule, each optimum marked.</summary>
    public PanelFigure Figure(string title) => new(
        title, Hyperparameter, "validation loss", Curves.Select(static curve => curve.Rule).Distinct().Count(),
        [
            .. Curves.GroupBy(static curve => curve.Rule).Select(static group => new Panel(RuleNames.Of(group.Key),
            [
                .. group.Select(static curve => new PanelSeries(
                    curve.Name, [.. curve.Points.Select(static p => new ChartPoint(p.Value, p.Loss))],
                    curve.Best is { } best ? new ChartPoint(best.Value, best.Loss) : null)),
            ])),
        ],
        HasLogY: false);

    /// <summary>Every run as comma-separated values.</summary>
    public string Csv()
    {
        var csv = new StringBuilder("rule,width,density,sigma,learning_rate,seed,outcome,validation_loss,steps,seconds\n");
        foreach (var (p, outcome, loss, steps, seconds) in Runs)
        {
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{p.Rule},{p.Width:G9},{p.Density:G9},{p.Sigma:G9},{p.LearningRate:G9},{p.Seed},{outcome},{loss:G9},{steps},{seconds:F2}\n");
        }

        return csv.ToString();
    }

    private double X(SweepRun run) => IsOverRates ? run.Point.LearningRate : run.Point.Sigma!.Value;

    private static double? Drift(SweepCurve first, SweepCurve curve) =>
        first.Best is { } a && curve.Best is { } b ? Math.Log2(b.Value / a.Value) : null;

    private static string Edge(Optimum best) => best.IsAtEdge ? "edge " : string.Empty;
}

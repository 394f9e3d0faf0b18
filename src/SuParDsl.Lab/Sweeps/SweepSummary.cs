using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// The results of a sweep, as curves over the learning rate, or over the initial standard deviation if only that varies.
/// </summary>
internal sealed class SweepSummary
{
    /// <summary>The symbol of the learning rate.</summary>
    public const string RateName = "LR";

    private readonly bool hasOthers;

    /// <param name="runs">The finished runs.</param>
    public SweepSummary(IReadOnlyList<SweepRun> runs)
    {
        Runs = runs;
        var rates = runs.Select(static run => run.Point.LearningRate).Distinct().Count();
        var sigmas = runs.Select(static run => run.Point.Sigma).Distinct().Count();
        IsOverRates = rates > 1 || sigmas < 2;
        hasOthers = rates > 1 && sigmas > 1;
        Curves =
        [
            .. runs.GroupBy(run => (
                    Family: new SweepFamily(run.Point.Method, run.Point.Rule, hasOthers ? run.Point.Sigma : null),
                    run.Point.Width, run.Point.Density))
                .OrderBy(static g => g.Key.Family.Method)
                .ThenByDescending(static g => g.Key.Family.Rule)
                .ThenBy(static g => g.Key.Family.Other)
                .ThenBy(static g => g.Key.Width).ThenByDescending(static g => g.Key.Density)
                .Select(g => new SweepCurve(
                    g.Key.Family, g.Key.Width, g.Key.Density,
                    Name(g.Key.Width, g.Key.Density, g.Key.Family.Other), [.. Values(g)])),
        ];
    }

    /// <summary>Whether the curves are over the learning rate, instead of the initial standard deviation.</summary>
    public bool IsOverRates { get; }

    /// <summary>The finished runs.</summary>
    public IReadOnlyList<SweepRun> Runs { get; }

    /// <summary>
    /// The curves by rule, width and density. If both hyperparameters vary, there is a curve over the learning rate for each σ.
    /// </summary>
    public IReadOnlyList<SweepCurve> Curves { get; }

    /// <summary>The minimum loss over the learning rate as curves over σ; empty unless both hyperparameters vary.</summary>
    public IReadOnlyList<SweepCurve> OverSigma => hasOthers
        ?
        [
            .. Curves.GroupBy(static curve => (Family: curve.Family with { Other = null }, curve.Width, curve.Density))
                .Select(static model => new SweepCurve(
                    model.Key.Family, model.Key.Width, model.Key.Density, Name(model.Key.Width, model.Key.Density, null),
                    [
                        .. model.Where(static curve => curve.Best is not null).OrderBy(static curve => curve.Family.Other)
                            .Select(static curve => new SweepValue(
                                curve.Family.Other!.Value,
                                curve.Seeds.ToDictionary(static seed => seed.Key, static seed => seed.Value.Loss), Diverged: 0)),
                    ])),
        ]
        : [];

    /// <summary>The hyperparameter on the axis of the curves.</summary>
    public string Hyperparameter => IsOverRates ? "base learning rate" : "base init std";

    /// <summary>The symbol of that hyperparameter.</summary>
    public string AxisName => IsOverRates ? RateName : "σ";

    /// <summary>
    /// Returns the best hyperparameters of a rule's base: its narrowest model at the highest density, which was cheapest to tune.
    /// </summary>
    /// <returns>The hyperparameters and their curve; null if every run of the base diverged.</returns>
    public (double LearningRate, double? Sigma, SweepCurve Curve)? Best(Rule rule)
    {
        var curves = Curves.Where(curve => curve.Family.Rule == rule).ToList();
        var best =
            curves.Where(curve => (curve.Width, curve.Density) == (curves[0].Width, curves[0].Density) && curve.Best is not null)
                .MinBy(static curve => curve.Best!.Loss);
        return best?.Best is not { } optimum
            ? null
            : IsOverRates ? (optimum.Value, hasOthers ? best.Family.Other : Runs[0].Point.Sigma, best)
            : (Runs[0].Point.LearningRate, optimum.Value, best);
    }

    /// <summary>Plots the loss against the hyperparameter, with a panel for each rule (and σ). The optima are marked.</summary>
    public PanelFigure Figure(string title) => new(
        title, Hyperparameter, "validation loss", Curves.Select(static curve => curve.Family.Rule).Distinct().Count(),
        [
            .. Curves.GroupBy(static curve => curve.Family)
                .OrderBy(static group => group.Key.Other)
                .Select(static group => new Panel(
                    group.Key.Name + (group.Key.Other is { } sigma ? $", σ {Numbers.Text(sigma)}" : string.Empty),
                    [
                        .. group.Select(static curve => new PanelSeries(
                            Name(curve.Width, curve.Density, null),
                            [.. curve.Values.Select(static at => new ChartPoint(at.Value, at.Mean))],
                            curve.Best is { } best ? new ChartPoint(best.Value, best.Loss) : null,
                            [.. curve.Values.Where(static at => at.Diverged > 0).Select(static at => at.Value)])),
                    ])),
        ],
        HasLogY: false);

    private static string Name(double? width, double? density, double? sigma) => string.Join(' ', new[]
    {
        width is { } w ? $"w {Numbers.Text(w)}" : null,
        density is { } d ? $"ρ {Numbers.Text(d)}" : null,
        sigma is { } s ? $"σ {Numbers.Text(s)}" : null,
    }.OfType<string>()) is { Length: > 0 } name ? name : "loss";

    private IEnumerable<SweepValue> Values(IEnumerable<SweepRun> runs) =>
        from run in runs
        group run by IsOverRates ? run.Point.LearningRate : run.Point.Sigma!.Value into at
        orderby at.Key
        select new SweepValue(
            at.Key,
            at.Where(static run => run.Loss is not null)
                .ToDictionary(static run => run.Point.Seed, static run => run.Loss!.Value),
            at.Count(static run => run.Loss is null));
}

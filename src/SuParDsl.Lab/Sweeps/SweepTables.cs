using System.Globalization;
using System.Text;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Sweeps;

/// <summary>The tables and sentences that describe the results of a sweep.</summary>
internal static class SweepTables
{
    /// <summary>
    /// Tabulates the optima and the drift of each, which is its distance in octaves from the optimum of the first model of its
    /// rule (and σ). Both are given for the mean losses, and per seed as mean ± standard deviation. The interval is that of the
    /// optimum of the mean losses. A loss is a mean ± its standard error.
    /// </summary>
    /// <param name="curves">The curves.</param>
    /// <param name="axis">The symbol of the hyperparameter on their axis.</param>
    public static TextTable Optima(IReadOnlyList<SweepCurve> curves, string axis) => new(
        [
            "rule", "model", $"best {axis}", "95 % interval", "of each seed", "loss", "drift (octaves)", "of each seed",
            "diverged at",
        ],
        [
            .. curves.GroupBy(static curve => curve.Family).SelectMany(static group => group.Select(curve => new[]
            {
                curve.Family.Name,
                curve.Name,
                curve.Best is { } best
                    ? $"{(best.IsAtEdge ? "edge " : string.Empty)}2^{Number(Math.Log2(best.Value))}"
                    : "all diverged",
                SweepVerdicts.Interval(curve.Estimate),
                PerSeed([.. curve.Seeds.Values.Select(static seed => Math.Log2(seed.Value))], static mean => "2^" + Number(mean))
                    + AtEdge(curve),
                Loss(curve),
                curve.DriftFrom(group.First()) is { } drift ? Signed(drift) : string.Empty,
                curve == group.First() ? string.Empty : PerSeed(curve.SeedDriftsFrom(group.First()), Signed),
                string.Join(' ', curve.Values.Where(static at => at.Diverged > 0).Select(static at =>
                    Numbers.Text(at.Value)
                    + (at.Losses.Count > 0 ? $" ({at.Diverged} of {at.Diverged + at.Losses.Count})" : string.Empty))),
            })),
        ]);

    /// <summary>Returns a line for each rule (and σ) with the largest drift of an optimum from that of the first model.</summary>
    /// <param name="curves">The curves.</param>
    /// <param name="axis">The symbol of the hyperparameter on their axis.</param>
    public static IReadOnlyList<string> Drifts(IReadOnlyList<SweepCurve> curves, string axis) =>
    [
        .. curves.GroupBy(static curve => curve.Family).Where(static group => group.Count() > 1).Select(group =>
        {
            var first = group.First();
            var name = first.Family.Name + (first.Family.Other is { } sigma ? $" at σ {Numbers.Text(sigma)}" : string.Empty);
            var others = group.Skip(1).Where(curve => curve.DriftFrom(first) is not null);
            if (others.MaxBy(curve => Math.Abs(curve.DriftFrom(first)!.Value)) is not { } farthest)
            {
                return $"{name}: no two optima to compare";
            }

            var isBound = group.Any(static curve => curve.Best is not { IsAtEdge: false });
            var drift = (isBound ? "at least " : string.Empty) + Number(Math.Abs(farthest.DriftFrom(first)!.Value));
            var drifts = farthest.SeedDriftsFrom(first);
            return $"{name}: best {axis} drifts by {drift} octaves, at {farthest.Name}"
                + (Spread.Of(drifts) is { } spread
                    ? $" ({Signed(drifts.Average())} ± {Number(spread)} over {drifts.Count} seeds)"
                    : string.Empty)
                + (isBound ? "; an optimum lies at the edge of the grid, or everything diverged" : string.Empty);
        }),
    ];

    /// <summary>Returns every run as comma-separated values.</summary>
    public static string Runs(IEnumerable<SweepRun> runs)
    {
        var csv = new StringBuilder("method,rule,width,density,sigma,learning_rate,seed,outcome,validation_loss,steps,seconds\n");
        foreach (var (p, outcome, loss, steps, seconds) in runs)
        {
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{p.Method},{p.Rule},{p.Width:G9},{p.Density:G9},{p.Sigma:G9},{p.LearningRate:G9},"
                + $"{p.Seed},{outcome},{loss:G9},{steps},{seconds:F2}\n");
        }

        return csv.ToString();
    }

    /// <summary>Returns every optimum as comma-separated values: those of the mean losses and those of each seed.</summary>
    /// <param name="curves">The curves.</param>
    public static string OptimaCsv(IReadOnlyList<SweepCurve> curves)
    {
        var csv = new StringBuilder(
            "method,rule,width,density,sigma,seed,optimum,at_edge,loss,loss_error,drift_octaves,diverged,verdict,low,high\n");
        foreach (var group in curves.GroupBy(static curve => curve.Family))
        {
            foreach (var curve in group)
            {
                Add(
                    curve, "mean", curve.Best, ErrorAtBest(curve), curve.DriftFrom(group.First()),
                    curve.Values.Sum(static at => at.Diverged), curve.Estimate);
                foreach (var (seed, optimum) in curve.Seeds)
                {
                    double? drift = group.First().Seeds.TryGetValue(seed, out var first)
                        ? Math.Log2(optimum.Value / first.Value)
                        : null;
                    Add(curve, seed.ToString(CultureInfo.InvariantCulture), optimum, null, drift, null, null);
                }
            }
        }

        return csv.ToString();

        void Add(
            SweepCurve c, string seed, Optimum? best, double? error, double? drift, int? diverged, OptimumEstimate? says) =>
            csv.Append(
            CultureInfo.InvariantCulture,
            $"{c.Family.Method},{c.Family.Rule},{c.Width:G9},{c.Density:G9},{c.Family.Other:G9},"
            + $"{seed},{best?.Value:G9},{best?.IsAtEdge},{best?.Loss:G9},{error:G4},{drift:F4},{diverged},"
            + $"{says?.Verdict},{Finite(says?.Low):G9},{Finite(says?.High):G9}\n");
        static double? Finite(double? number) => number is { } known && double.IsFinite(known) ? known : null;
    }

    private static string AtEdge(SweepCurve curve) =>
        curve.Seeds.Count > 1 && curve.Seeds.Values.Count(static seed => seed.IsAtEdge) is > 0 and var edges
            ? $" ({edges} at the edge)" : string.Empty;

    private static string Loss(SweepCurve curve) => curve.Best is not { } best
        ? string.Empty
        : best.Loss.ToString("F4", CultureInfo.InvariantCulture)
            + (ErrorAtBest(curve) is { } error ? " ± " + error.ToString("F4", CultureInfo.InvariantCulture) : string.Empty);

    // Returns the standard error at the measured point nearest to the interpolated optimum.
    private static double? ErrorAtBest(SweepCurve curve) => curve.Best is not { } best
        ? null
        : curve.Values.Where(static at => at.Diverged == 0).MinBy(at => Math.Abs(Math.Log2(at.Value / best.Value)))!.Error;

    private static string PerSeed(IReadOnlyList<double> octaves, Func<double, string> text) =>
        Spread.Of(octaves) is { } spread ? $"{text(octaves.Average())} ± {Number(spread)}" : string.Empty;

    private static string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
}

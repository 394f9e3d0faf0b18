using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Sweeps;

public sealed class SweepSummaryTests
{
    private static readonly double[] Rates = [.. Enumerable.Range(-9, 6).Select(static e => Math.Pow(2, e))];

    [Fact]
    public void An_optimum_has_its_spread_over_seeds()
    {
        // The optima of density 1 are at -7.1, -7 and -6.9, those of density 1/4 one octave higher. The seeds differ, but
        // their drift does not.
        var summary = new SweepSummary(
            Runs([1, 0.25], [null], (density, _, seed, lr) => Bowl(lr, (density == 1 ? -7 : -6) + (0.1 * (seed - 2)))));
        Assert.Equal(2, summary.Curves.Count);
        Assert.Equal(-7, Math.Log2(summary.Curves[0].Best!.Value), 9);
        var rows = Cells(summary);
        Assert.Equal(["SµPar", "ρ 1", "2^-7.00"], rows[0][..3]);
        Assert.Equal("2^-7.00 ± 0.10", rows[0][4]);
        Assert.Equal(["0.00", string.Empty, string.Empty], rows[0][6..]);
        Assert.Equal("2^-6.00 ± 0.10", rows[1][4]);
        Assert.Equal(["+1.00", "+1.00 ± 0.00", string.Empty], rows[1][6..]);

        // The noise of a loss is 0.2 with 4 degrees of freedom, so that k = 2.776 · 0.2/√3 = 0.3206 for a mean of three
        // seeds. Then (1 − k²/(2/3)) w² ≤ k²/2 for w, which is twice the distance from the optimum: |w| ≤ 0.246.
        Assert.Equal("2^-7.12..2^-6.88", rows[0][3]);
        Assert.Equal(
            "SµPar: best LR drifts by 1.00 octaves, at ρ 1/4 (+1.00 ± 0.00 over 3 seeds)",
            SweepTables.Drifts(summary.Curves, "LR").Single());

        // One line for the mean and one for each seed.
        var csv = SweepTables.OptimaCsv(summary.Curves).Split('\n');
        Assert.Equal(1 + (2 * 4) + 1, csv.Length);
        Assert.StartsWith(",SuPar,,0.25,,2,0.015625,False,", csv[7]);
    }

    [Fact]
    public void A_loss_has_its_standard_error()
    {
        // Losses 1, 2 and 3 at each point: mean 2, standard deviation 1, error 1/√3.
        var summary = new SweepSummary(Runs([1], [null], static (_, _, seed, lr) => Bowl(lr, -7) + seed - 1));
        Assert.Equal("2.0000 ± 0.5774", Cells(summary)[0][5]);
    }

    [Fact]
    public void One_seed_has_no_spread()
    {
        var summary = new SweepSummary(
            [.. Runs([1], [null], static (_, _, _, lr) => Bowl(lr, -7)).Where(static run => run.Point.Seed == 1)]);
        Assert.Equal(
            ["2^-7.00", string.Empty, string.Empty, "1.0000", "0.00", string.Empty, string.Empty], Cells(summary)[0][2..]);
    }

    [Fact]
    public void A_point_where_some_seeds_diverged_is_marked_and_is_no_optimum()
    {
        // The lowest loss is at a rate where one of three seeds diverged. At the last rate, all seeds diverged.
        var summary = new SweepSummary(Runs([1], [null], static (_, _, seed, lr) => (Math.Log2(lr), seed) switch
        {
            ( > -4.5, _) or ( > -5.5, 2) => null,
            _ => Bowl(lr, -5.4),
        }));
        Assert.Equal(["edge 2^-6.00", "next to divergence"], Cells(summary)[0][2..4]);
        Assert.Equal("1/32 (1 of 3) 1/16", Cells(summary)[0][^1]);
        var svg = summary.Figure("title").ToSvg();
        Assert.Contains("ρ 1: 1/32 → 1.16, some diverged", svg);
        Assert.Single(svg.Split("class=\"hollow").Skip(1));
    }

    [Fact]
    public void With_both_hyperparameters_each_std_is_compared_with_itself_and_the_best_pair_is_found()
    {
        // The optimal rate falls with σ and does not change with the density. σ = 1/32 is best.
        var summary = new SweepSummary(Runs([1, 0.25], [1 / 64.0, 1 / 32.0, 1 / 16.0], static (_, sigma, _, lr) =>
            Bowl(lr, -12 - Math.Log2(sigma!.Value)) + Math.Pow(Math.Log2(sigma.Value) + 5, 2)));
        Assert.Equal("base learning rate", summary.Hyperparameter);
        Assert.Equal(6, summary.Curves.Count);
        var rows = Cells(summary);
        Assert.Equal(["ρ 1 σ 1/64", "2^-6.00"], rows[0][1..3]);
        Assert.Equal(["ρ 1/4 σ 1/16", "2^-8.00"], rows[^1][1..3]);
        Assert.All(rows, static row => Assert.Equal("0.00", row[6]));
        Assert.Equal(3, SweepTables.Drifts(summary.Curves, "LR").Count);
        Assert.Equal(3, summary.Figure("title").Panels.Count);

        var sigmas = SweepTables.Optima(summary.OverSigma, "σ").Rows;
        Assert.Equal(["ρ 1", "2^-5.00"], sigmas[0].Skip(1).Take(2));
        var (lr, best, _) = summary.Best(Rule.SuPar)!.Value;
        Assert.Equal((-7, -5), (Math.Log2(lr), Math.Log2(best!.Value)));
        Assert.Null(summary.Best(Rule.MuP));
    }

    [Fact]
    public void With_only_the_std_varied_its_vertex_is_transferred()
    {
        var runs = Runs(
            [1], [1 / 64.0, 1 / 32.0, 1 / 16.0], static (_, sigma, _, _) => Math.Pow(Math.Log2(sigma!.Value) + 5.25, 2))
            .Where(static run => run.Point.LearningRate == Rates[0]);
        var summary = new SweepSummary([.. runs]);
        Assert.Empty(summary.OverSigma);
        var (lr, sigma, _) = summary.Best(Rule.SuPar)!.Value;
        Assert.Equal(Rates[0], lr);
        Assert.Equal(-5.25, Math.Log2(sigma!.Value), 9);
    }

    private static double Bowl(double lr, double optimum) => 1 + Math.Pow(Math.Log2(lr) - optimum, 2);

    private static IReadOnlyList<string[]> Cells(SweepSummary summary) =>
        [.. SweepTables.Optima(summary.Curves, summary.AxisName).Rows.Select(static row => row.ToArray())];

    private static List<SweepRun> Runs(double[] densities, double?[] sigmas, Func<double, double?, long, double, double?> loss) =>
    [
        .. from density in densities
           from sigma in sigmas
           from lr in Rates
           from seed in new long[] { 1, 2, 3 }
           let value = loss(density, sigma, seed, lr)
           select new SweepRun(
               new(Rule.SuPar, null, density, sigma, lr, seed), value is null ? Outcome.Diverged : Outcome.Complete, value,
               10, 1),
    ];
}

using MathNet.Numerics.Distributions;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Sweeps;

/// <summary>The verdicts on an optimum, on losses whose optimum is known.</summary>
public sealed class OptimumEstimateTests
{
    [Theory]
    [InlineData(2, 0.02)]
    [InlineData(4, 0.05)]
    [InlineData(8, 0.01)]
    public void The_interval_holds_the_optimum_in_95_of_100_sweeps(int seeds, double noise)
    {
        var random = new Random(seeds);
        var (held, located) = (0, 0);
        for (var sweep = 0; sweep < 400; sweep++)
        {
            // Seeds also differ as a whole, which says nothing about the optimum.
            var levels = Enumerable.Range(0, seeds).Select(_ => Normal.Sample(random, 0, 1)).ToArray();
            var estimate = OptimumEstimate.Of(Values(
                -9, -3, seeds, (x, seed) => Math.Pow(x + 6.2, 2) + levels[seed] + Normal.Sample(random, 0, noise)));
            if (estimate is { Verdict: OptimumVerdict.Inside, Low: > 0 })
            {
                located++;
                held += Math.Log2(estimate.Low) <= -6.2 && -6.2 <= Math.Log2(estimate.High) ? 1 : 0;
            }
        }

        // Three standard deviations of 400 draws around 95 %.
        Assert.InRange(located, 390, 400);
        Assert.InRange((double)held / located, 0.917, 0.983);
    }

    [Fact]
    public void An_interval_around_the_bend_of_a_curve_that_is_no_parabola_holds_it()
    {
        // 2 + 0.03 x² on one side and 2 + 0.36 x² on the other, in quarters of an octave.
        var random = new Random(7);
        List<SweepValue> values =
        [
            .. Enumerable.Range(-8, 17).Select(static i => i / 4.0).Select(x => new SweepValue(
                Math.Pow(2, x),
                Enumerable.Range(1, 4).ToDictionary(
                    static seed => (long)seed,
                    _ => 2 + ((x < 0 ? 0.03 : 0.36) * x * x) + Normal.Sample(random, 0, 0.0003)),
                Diverged: 0)),
        ];
        var curve = Curve(values);
        Assert.Equal(OptimumVerdict.Inside, curve.Estimate.Verdict);
        Assert.InRange(1, curve.Estimate.Low, curve.Estimate.High);
        Assert.InRange(curve.Best!.Value, curve.Estimate.Low, curve.Estimate.High);
        Assert.InRange(Math.Log2(curve.Estimate.High / curve.Estimate.Low), 0.4, 1.1);
    }

    [Fact]
    public void An_optimum_inside_has_an_interval_that_narrows_with_seeds()
    {
        var (few, many) = (Width(2), Width(8));
        Assert.True(many < few / 2, $"{few} and {many}");

        static double Width(int seeds)
        {
            var random = new Random(5);
            return Enumerable.Range(0, 50).Average(_ =>
            {
                var (verdict, low, high, _) = OptimumEstimate.Of(
                    Values(-9, -3, seeds, (x, _) => Math.Pow(x + 6, 2) + Normal.Sample(random, 0, 0.02)));
                Assert.Equal(OptimumVerdict.Inside, verdict);
                return Math.Log2(high / low);
            });
        }
    }

    [Fact]
    public void One_seed_has_no_interval()
    {
        var (verdict, low, high, _) = OptimumEstimate.Of(Values(-9, -3, 1, static (x, _) => Math.Pow(x + 6, 2)));
        Assert.Equal((OptimumVerdict.Inside, double.NaN, double.NaN), (verdict, low, high));
    }

    [Fact]
    public void An_optimum_at_the_edge_says_how_to_look_beyond()
    {
        Assert.Equal(
            "SµPar, w 64: the best LR, 2^-9.00, is the smallest that was swept, and the optimum may lie beyond it: "
            + "widen the grid, or add --refine",
            Says(Values(-9, -3, 2, static (x, seed) => Math.Pow(x + 11, 2) + (0.01 * seed))));
        Assert.StartsWith(
            "SµPar, w 64: the best LR, 2^-3.00, is the largest that was swept",
            Says(Values(-9, -3, 2, static (x, seed) => Math.Pow(x + 1, 2) + (0.01 * seed))));
    }

    [Fact]
    public void An_optimum_next_to_divergence_says_how_to_look_between()
    {
        var values = Values(-9, -3, 2, static (x, seed) => x > -4.5 && (seed == 1 || x > -3.5) ? null : -x + (0.01 * seed));
        Assert.Equal(
            "SµPar, w 64: of LR 2^-5.00 and 2^-4.00, which are neighbors, one is best and the other diverges, so that training "
            + "is barely stable at the optimum: sweep between the two (--refine does), or make training more stable "
            + "(--warmup, --grad-clip)",
            Says(values));
        Assert.Contains(
            "of σ 2^-5.00 and 2^-4.00", Says(Values(-9, -3, 1, static (x, _) => x < -4.5 ? null : x), "σ"));
    }

    [Fact]
    public void A_flat_curve_says_that_any_value_is_as_good()
    {
        var random = new Random(3);
        var flat = Enumerable.Range(0, 100).Select(_ => Says(Values(-9, -3, 3, (_, _) => 1 + Normal.Sample(random, 0, 0.1))))
            .Count(static says => says ==
                "SµPar, w 64: the seeds do not tell the losses from LR 2^-9.00 to 2^-3.00 apart: the curve is flat there, or "
                + "the seeds are too few; use any of these values, or add --seeds 6");
        Assert.InRange(flat, 90, 100);
        Assert.Equal(
            "SµPar, w 64: all losses from LR 2^-9.00 to 2^-3.00 are equal: train for more steps, or sweep other values",
            Says(Values(-9, -3, 1, static (_, _) => 1)));
    }

    [Fact]
    public void Several_flat_curves_share_a_line()
    {
        var flat = Curve(Values(-9, -3, 2, static (_, seed) => 1 + seed));
        var edge = Curve(Values(-9, -3, 2, static (x, seed) => Math.Pow(x + 11, 2) + (0.01 * seed)));
        var lines = SweepVerdicts.Of([flat, edge, flat], "LR", isRefined: true);
        Assert.Equal(2, lines.Count);
        Assert.EndsWith("the optimum may lie beyond it: begin the search there (--lrs)", lines[0]);
        Assert.Equal(
            "2 of 3 curves are flat around their best LR, or have too few seeds to tell the losses there apart (the table has "
            + "the ranges): use any value of a range, or add --seeds 4",
            lines[1]);
    }

    [Fact]
    public void A_curve_that_is_flat_around_its_optimum_names_the_values_that_are_as_good()
    {
        var random = new Random(4);
        var estimates = Enumerable.Range(0, 100).Select(_ => OptimumEstimate.Of(Values(
            -12, 0, 3, (x, _) => Math.Max(0, Math.Abs(x + 6) - 3) + Normal.Sample(random, 0, 0.05)))).ToList();
        var flat = estimates.Where(static estimate => estimate.Verdict == OptimumVerdict.Flat).ToList();
        Assert.InRange(flat.Count, 80, 100);
        Assert.All(flat, static estimate =>
        {
            Assert.InRange(Math.Log2(estimate.Low), -9.1, -4.9);
            Assert.InRange(Math.Log2(estimate.High), -7.1, -2.9);
            Assert.InRange(Math.Log2(estimate.High / estimate.Low), 1.9, 6.1);
        });
    }

    [Fact]
    public void Where_everything_diverged_smaller_values_are_swept()
    {
        Assert.Equal("SµPar, w 64: every run diverged: sweep smaller values", Says(Values(-9, -3, 2, static (_, _) => null)));
        Assert.Null(SweepVerdicts.Of(Curve(Values(-9, -3, 2, static (x, _) => Math.Pow(x + 6, 2))), "LR"));
    }

    private static string? Says(List<SweepValue> values, string axis = "LR") => SweepVerdicts.Of(Curve(values), axis);

    private static SweepCurve Curve(List<SweepValue> values) =>
        new(new SweepFamily(null, Rule.SuPar, null), 64, null, "w 64", values);

    private static List<SweepValue> Values(int from, int to, int seeds, Func<double, int, double?> loss) =>
    [
        .. Enumerable.Range(from, to - from + 1).Select(x =>
        {
            var losses = Enumerable.Range(1, seeds).ToDictionary(static seed => (long)seed, seed => loss(x, seed - 1));
            return new SweepValue(
                Math.Pow(2, x),
                losses.Where(static at => at.Value is not null).ToDictionary(static at => at.Key, static at => at.Value!.Value),
                losses.Count(static at => at.Value is null));
        }),
    ];
}

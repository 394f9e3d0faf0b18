using SuParDsl.Checks;
using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Checks;

/// <summary>
/// Slopes are judged by confidence intervals over seeds: the wrong verdict is rare, and too few seeds decide nothing.
/// </summary>
public class SlopeJudgementTests
{
    // Slopes over width of examples/NanoGpt under SµPar and their standard deviations over seeds, rounded, from 40 seeds at
    // widths 64 and 128, density 1/8: one row for each kind of layer.
    private static readonly (double Slope, double Deviation)[] Right =
    [
        (0, 0.05), (0, 0.01), (0, 0.01), (0.04, 0.02), (0.09, 0.16), (-0.07, 0.25), (0, 0.01), (0.03, 0.02), (0.07, 0.1),
        (-0.04, 0.12), (0.01, 0.04), (-0.07, 0.13), (-0.07, 0.16), (0.01, 0.04),
    ];

    [Fact]
    public void A_slope_has_the_standard_error_of_least_squares_with_the_variance_between_seeds()
    {
        // Two widths an octave apart, three seeds: log₂ values 0, 1, 2 and 1, 1, 1.
        CoordinatePoint[] points =
        [
            Point(64, 1, 1), Point(64, 2, 2), Point(64, 3, 4), Point(128, 1, 2), Point(128, 2, 2), Point(128, 3, 2),
        ];
        var slope = Assert.Single(SlopeEstimate.Of(points, static _ => false));
        Assert.Equal(0, slope.Value, 1e-12);
        // Variance (1 + 0 + 1) / 4 a seed, and the slope is a difference of two means of three.
        Assert.Equal(Math.Sqrt(0.5 * 2 / 3), slope.StandardError, 1e-12);
        Assert.Equal(4, slope.Freedom);
        // Student's t for 4 degrees of freedom at 97.5 %.
        Assert.Equal(2.776 * slope.StandardError, slope.HalfWidth(0.025), 1e-3);
    }

    [Fact]
    public void One_seed_decides_nothing_unless_a_value_is_not_finite()
    {
        var one = SlopeEstimate.Of([Point(64, 1, 1), Point(128, 1, 1)], static _ => false);
        var judgement = new SlopeJudgement(one, 0.15, 0.05);
        Assert.Equal(Verdict.Undecided, judgement.Verdict);
        Assert.Null(judgement.SeedsToDecide(1));
        var broken = SlopeEstimate.Of([Point(64, 1, 1), Point(128, 1, double.NaN)], static _ => false);
        Assert.Equal(Verdict.Beyond, new SlopeJudgement(broken, 0.15, 0.05).Verdict);
    }

    [Fact]
    public void A_readout_may_shrink_but_not_grow()
    {
        Assert.Equal(Verdict.Within, Judge(-0.5, mayShrink: true));
        Assert.Equal(Verdict.Beyond, Judge(-0.5, mayShrink: false));
        Assert.Equal(Verdict.Beyond, Judge(0.5, mayShrink: true));

        static Verdict Judge(double slope, bool mayShrink) =>
            new SlopeJudgement([new("output", 0, slope, 0.01, 10, mayShrink)], 0.15, 0.05).Verdict;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_right_model_fails_in_at_most_5_of_100_checks(int seeds) =>
        Assert.InRange(Verdicts(Right, seeds).Count(static verdict => verdict == Verdict.Beyond), 0, 5);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_planted_slope_passes_in_at_most_5_of_100_checks(int seeds) =>
        Assert.InRange(Verdicts([(0.3, 0.15), .. Right[1..]], seeds).Count(static verdict => verdict == Verdict.Within), 0, 5);

    [Fact]
    public void More_seeds_are_measured_until_the_verdict_is_decided()
    {
        var looks = new List<int>();
        var (plan, _, error) = SequentialCheck.Run(Plan(seeds: 2), look =>
        {
            looks.Add(look.Seeds);
            return [Measured(Right, look.Seeds, seed: 7)];
        })!;
        Assert.Equal(Verdict.Within, CheckVerdict.Of(plan, [Measured(Right, plan.Seeds, seed: 7)], error).Verdict);
        Assert.Equal(new[] { 2, 4, 8, 16, 32, 64, 128 }.Take(looks.Count), looks);
        Assert.Equal(0.05 / Math.Pow(2, looks.Count), error, 1e-12);

        var (planted, results, itsError) =
            SequentialCheck.Run(Plan(seeds: 2), look => [Measured([(0.4, 0.15)], look.Seeds, seed: 8)])!;
        Assert.Equal(1, CheckVerdict.Of(planted, results, itsError).ExitCode);
    }

    [Fact]
    public void A_slope_on_the_threshold_is_given_up_at_the_limit()
    {
        var (plan, results, error) =
            SequentialCheck.Run(Plan(seeds: 3), look => [Measured([(0.15, 0.2)], look.Seeds, seed: 3)])!;
        Assert.Equal(SequentialCheck.MostSeeds, plan.Seeds);
        Assert.Equal(3, CheckVerdict.Of(plan, results, error).ExitCode);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.3)]
    public void The_suggested_number_of_seeds_decides(double slope)
    {
        // Seeds alternate around the line, so that more of them change neither the slope nor the variance.
        SlopeJudgement Of(int seeds) => new(
            SlopeEstimate.Of(
                from width in (double[])[64, 128]
                from seed in Enumerable.Range(1, seeds)
                select Point(width, seed, Math.Pow(2, (slope * Math.Log2(width)) + (seed % 2 == 0 ? 0.2 : -0.2))),
                static _ => false), 0.15, 0.05);

        Assert.Equal(Verdict.Undecided, Of(4).Verdict);
        var more = Of(4).SeedsToDecide(4)!.Value;
        Assert.NotEqual(Verdict.Undecided, Of(more + (more % 2)).Verdict);
        Assert.Equal(Verdict.Undecided, Of(more * 3 / 4 / 2 * 2).Verdict);
    }

    private static CoordinatePoint Point(double size, int seed, double value) => new(size, seed, 0, "Mid", value, 0);

    private static CheckPlan Plan(int seeds) =>
        new(new Dictionary<SizeAxis, double[]>(), [Rule.SuPar], new TrainingOptions(), seeds, 0.15, UntilDecided: true);

    private static IEnumerable<Verdict> Verdicts((double Slope, double Deviation)[] layers, int seeds) =>
        Enumerable.Range(0, 100).Select(seed => Measured(layers, seeds, seed).Judge(0.15).Verdict);

    // A check at widths 64 and 128. A slope's deviation is that of a difference, so each width has 1/√2 of it.
    private static CheckResult Measured((double Slope, double Deviation)[] layers, int seeds, int seed)
    {
        var points =
            from width in (double[])[64, 128]
            from model in Enumerable.Range(1, seeds)
            from layer in Enumerable.Range(0, layers.Length)
            let noise = Normal(new Random(HashCode(seed, (int)width, model, layer))) * layers[layer].Deviation / Math.Sqrt(2)
            select new CoordinatePoint(
                width, model, 0, $"Layer{(char)('A' + layer)}", Math.Pow(2, (layers[layer].Slope * Math.Log2(width)) + noise), 0);
        return new(SizeAxis.Width, Rule.SuPar, new("width", [.. points]), new HashSet<string>());
    }

    private static int HashCode(int seed, int width, int model, int layer) =>
        (((((seed * 131) + width) * 1009) + model) * 61) + layer;

    // Box and Muller's transform.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

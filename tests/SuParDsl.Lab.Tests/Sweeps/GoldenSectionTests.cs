using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Sweeps;

/// <summary>The search for an optimum, on losses that are computed and not trained.</summary>
public sealed class GoldenSectionTests
{
    // A grid of quarter octaves over eight octaves.
    private static readonly double[] Grid = [.. Enumerable.Range(-40, 33).Select(static e => Math.Pow(2, e / 4.0))];

    [Theory]
    [InlineData(-6.3, 1, 1, -8)]
    [InlineData(-6.3, 0.5, 1.5, -8)]
    [InlineData(-4.1, 0.7, 2.2, -7)]
    [InlineData(-8.9, 1.2, 0.6, -6)]
    [InlineData(-5, 0.4, 0.4, -5)]
    [InlineData(-2.45, 0.8, 3, -4)]
    public void It_finds_the_optimum_of_a_fine_grid_with_far_fewer_runs(double place, double rise, double fall, double start)
    {
        var (found, values) = Search(rate => Valley(rate, place, rise, fall), Math.Pow(2, start));
        var fine = Optimum.Of([.. Grid.Select(rate => (rate, Valley(rate, place, rise, fall)!.Value))])!;
        Assert.InRange(Math.Log2(found.Value / fine.Value), -0.1, 0.1);
        Assert.InRange(Math.Log2(found.Value) - place, -0.1, 0.1);
        Assert.InRange(values.Count, 3, 0.4 * Grid.Length);
        Assert.False(found.IsAtEdge);
    }

    [Fact]
    public void It_walks_away_from_divergence_and_closes_in_on_its_border()
    {
        // The loss falls until training diverges above 2^-5.5.
        var (_, values) = Search(static rate => Math.Log2(rate) > -5.5 ? null : -Math.Log2(rate), 1);
        var best = values.Where(static at => at.Loss < double.PositiveInfinity).MaxBy(static at => at.LearningRate)!;
        Assert.InRange(Math.Log2(best.LearningRate), -6, -5.5);
        var next = values.Where(at => at.LearningRate > best.LearningRate).Min(static at => at.LearningRate);
        Assert.InRange(Math.Log2(next / best.LearningRate), 0, GoldenSection.Width);
    }

    [Fact]
    public void It_ends_where_there_is_no_optimum()
    {
        var (found, values) = Search(static rate => 20 + Math.Log2(rate), 1 / 256.0);
        Assert.True(found.IsAtEdge);
        Assert.Equal(-20, Math.Log2(found.Value), 6);
        Assert.Equal(14, values.Count);
        Assert.Equal(14, Search(static _ => null, 1 / 256.0).Values.Count);
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(-10.3)]
    public void It_ends_at_the_smallest_rate_that_schedules_allow(double start)
    {
        var least = Math.Pow(2, -10.5);
        var (found, values) = Search(static rate => 20 + Math.Log2(rate), Math.Pow(2, start), least);
        Assert.True(found.IsAtEdge);
        Assert.All(values, at => Assert.True(at.LearningRate >= least));
        Assert.InRange(Math.Log2(found.Value), -10.5, -10.4);
        Assert.InRange(values.Count, 3, 5);
    }

    [Fact]
    public void It_ends_on_a_flat_curve()
    {
        Assert.Equal(4, Search(static _ => 2, 1 / 256.0).Values.Count);
        Assert.Equal(7, Search(static rate => Math.Max(2, 12 + Math.Log2(rate)), 1 / 256.0).Values.Count);
    }

    [Fact]
    public void What_is_known_is_not_asked_for()
    {
        var tuner = new GoldenSection(1 / 256.0);
        foreach (var rate in Grid.Where(static (_, i) => i % 4 == 0))
        {
            tuner.Tell(new(rate, [Valley(rate, -6.3, 1, 1)!.Value], 0));
        }

        var asked = Math.Log2(Assert.Single(tuner.Ask()));
        Assert.InRange(asked, -6.4, -6.3);
        tuner = new(1 / 256.0);
        foreach (var rate in Grid)
        {
            tuner.Tell(new(rate, [Valley(rate, -6.3, 1, 1)!.Value], 0));
        }

        Assert.Empty(tuner.Ask());
    }

    [Fact]
    public void The_optima_of_a_sweep_are_found_with_at_most_40_percent_of_a_fine_grid()
    {
        var settings = Settings(seeds: 2);
        var runs = Sweep(settings, static (point, seed) => Loss(point, seed));
        var models = runs.GroupBy(static run => run.Point.Model()).ToList();
        Assert.Equal(6, models.Count);
        var trained = 0;
        var twins = SweepTwins.Among<Curve, Curve.Size>(settings);
        foreach (var model in models)
        {
            var fine = new SweepSummary(
            [
                .. from rate in Grid
                   from seed in new long[] { 1, 2 }
                   let point = model.Key with { LearningRate = rate, Seed = seed }
                   select new SweepRun(point, Outcome.Complete, Loss(point, seed), 1, 1),
            ]);
            var found = new SweepSummary([.. model]).Curves.Single();
            Assert.InRange(Math.Log2(found.Best!.Value / fine.Curves.Single().Best!.Value), -0.1, 0.1);
            Assert.Equal(OptimumVerdict.Inside, found.Estimate.Verdict);
            trained += twins.IsFirst(model.Key) ? model.Count() : 0;
        }

        // Five models are trained: at density 1, µP is SµPar.
        Assert.InRange(trained, 5 * 2 * 3, 0.4 * 5 * 2 * Grid.Length);
    }

    [Fact]
    public void The_other_models_begin_at_the_optimum_of_the_first()
    {
        var settings = Settings(seeds: 1);
        var rounds = new List<IReadOnlyList<SweepPoint>>();
        Sweep(settings, static (point, seed) => Loss(point, seed), rounds);
        Assert.All(rounds[0], static point => Assert.Equal(1, point.Density));
        Assert.Equal([-7, -6, -5], rounds[0].Select(static point => Math.Log2(point.LearningRate)).Order());
        var start = rounds.First(static round => round.Any(static point => point.Density < 1));
        var middle = start.Where(static point => (point.Rule, point.Density) == (Rule.SuPar, 0.25))
            .Select(static point => Math.Log2(point.LearningRate)).Order().ElementAt(1);
        Assert.InRange(middle, -6.4, -6.2);
    }

    [Fact]
    public void A_search_that_was_stopped_continues_to_the_same_runs_and_more_seeds_are_added()
    {
        var settings = Settings(seeds: 1);
        var whole = Sweep(settings, static (point, seed) => Loss(point, seed));
        var rounds = new List<IReadOnlyList<SweepPoint>>();
        Sweep(settings, static (point, seed) => Loss(point, seed), rounds);
        for (var done = 1; done < rounds.Count; done++)
        {
            // The models at density 1 share their results.
            var before = rounds.Take(done).SelectMany(static round => round)
                .Select(Trained).ToHashSet();
            var part = whole.Where(run => before.Contains(Trained(run.Point))).ToList();
            Assert.Equal(Names(whole), Names(Sweep(settings, static (point, seed) => Loss(point, seed), known: part)));
        }

        Assert.Empty(Next(settings, whole));

        var more = settings with { Seeds = 3 };
        var twins = SweepTwins.Among<Curve, Curve.Size>(more);
        var first = whole.Where(static run => run.Point.Density == 1).Count(run => twins.IsFirst(run.Point));
        Assert.Equal(2 * first, Next(more, whole).Count);

        static SweepPoint Trained(SweepPoint point) => point.Density == 1 ? point with { Rule = Rule.SuPar } : point;

        static IEnumerable<string> Names(IEnumerable<SweepRun> runs) => runs.Select(static run => run.Point.Id).Order();
    }

    [Fact]
    public void A_tuner_is_told_what_is_known_and_asked_until_it_is_content()
    {
        var settings = Settings(seeds: 2) with { Rules = [Rule.SuPar], Axes = new Dictionary<SizeAxis, double[]>() };
        var told = new List<double>();
        var model = settings.Models().Single();
        SweepRun[] known =
        [
            .. from seed in new long[] { 1, 2 }
               select new SweepRun(model with { LearningRate = 0.5, Seed = seed }, Outcome.Complete, 3.0, 1, 1),
        ];
        TunedModel? tuned = null;
        var runs = Sweep(
            settings, static (_, seed) => seed == 1 ? null : 2.0, known: known,
            create: about =>
            {
                tuned = about;
                return new Fixed([[0.25], [0.5, 0.125]], told);
            });
        Assert.Equal((Rule.SuPar, 1 / 64.0), (tuned!.Rule, tuned.Start));
        Assert.Equal([0.5, 0.25, 0.5, 0.125], told);
        Assert.Equal([0.125, 0.25, 0.5], runs.Select(static run => run.Point.LearningRate).Distinct().Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_tuner_that_asks_for_no_learning_rate_is_refused(double rate)
    {
        var settings = Settings(seeds: 1);
        var search = new SweepSearch<Curve.Size>(
            settings, SweepTwins.Among<Curve, Curve.Size>(settings), _ => new Fixed([[rate]], []));
        Assert.StartsWith(
            "the tuner Fixed asks for the learning rate ", Assert.Throws<UserException>(() => search.Next([])).Message);
    }

    // The optimum is at 2^-6.3 for SµPar, and half an octave higher for each factor of 4 in density for µP.
    private static double? Loss(SweepPoint point, long seed)
    {
        var shift = point.Rule == Rule.MuP ? -Math.Log2(point.Density!.Value) / 4 : 0;
        var wave = 0.01 * Math.Sin((40 * Math.Log2(point.LearningRate)) + (7 * seed));
        return Valley(point.LearningRate, -6.3 + shift, 0.6, 1.4) + (0.05 * seed) + wave;
    }

    private static double? Valley(double rate, double place, double rise, double fall)
    {
        var x = Math.Log2(rate) - place;
        return (Math.Exp(-rise * x) / rise) + (Math.Exp(fall * x) / fall);
    }

    private static (Optimum Found, List<Trial> Values) Search(Func<double, double?> loss, double start, double least = 0)
    {
        var (tuner, values) = (new GoldenSection(start, least), new List<Trial>());
        while (tuner.Ask() is { Count: > 0 } asked)
        {
            foreach (var rate in asked)
            {
                Trial trial = loss(rate) is { } number ? new(rate, [number], 0) : new(rate, [], 1);
                values.Add(trial);
                tuner.Tell(trial);
            }
        }

        var finite = values.Where(static at => at.Diverged == 0).OrderBy(static at => at.LearningRate);
        return (Optimum.Of([.. finite.Select(static at => (at.LearningRate, at.Loss))])!, values);
    }

    private static SweepSettings<Curve.Size> Settings(int seeds) => new(
        1, "Curve", CurveProgram.Example.Size, CurveProgram.Example.Training, "data", [Rule.MuP, Rule.SuPar],
        new Dictionary<SizeAxis, double[]> { [SizeAxis.Density] = [1, 0.25, 1 / 16.0] },
        [1 / 16.0, 1 / 64.0, 1 / 256.0], seeds, Refine: true);

    private static IReadOnlyList<SweepPoint> Next(SweepSettings<Curve.Size> settings, IReadOnlyList<SweepRun> known) =>
        new SweepSearch<Curve.Size>(
            settings, SweepTwins.Among<Curve, Curve.Size>(settings), static model => new GoldenSection(model.Start)).Next(known);

    // Runs rounds until one is empty. Models that are equal share their results, as in a folder.
    private static List<SweepRun> Sweep(
        SweepSettings<Curve.Size> settings, Func<SweepPoint, long, double?> loss,
        List<IReadOnlyList<SweepPoint>>? rounds = null, IReadOnlyList<SweepRun>? known = null,
        Func<TunedModel, ITuner>? create = null)
    {
        var twins = SweepTwins.Among<Curve, Curve.Size>(settings);
        var search = new SweepSearch<Curve.Size>(settings, twins, create ?? (static model => new GoldenSection(model.Start)));
        var runs = (known ?? []).ToList();
        while (search.Next(runs) is { Count: > 0 } round)
        {
            rounds?.Add(round);
            runs.AddRange(
                from point in round
                from model in settings.Models()
                where twins.FirstOf(model) == point.Model()
                let value = loss(point, point.Seed)
                select new SweepRun(
                    model with { LearningRate = point.LearningRate, Seed = point.Seed },
                    value is null ? Outcome.Diverged : Outcome.Complete, value, 1, 1));
            Assert.InRange(runs.Count, 1, 10_000);
        }

        return runs;
    }

    private sealed class Fixed(double[][] answers, List<double> told) : ITuner
    {
        private int next;

        /// <inheritdoc/>
        public IReadOnlyList<double> Ask() => next < answers.Length ? answers[next++] : [];

        /// <inheritdoc/>
        public void Tell(Trial trial) => told.Add(trial.LearningRate);
    }
}

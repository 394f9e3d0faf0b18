using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Tests.Sweeps;

/// <summary><c>sweep --refine</c> with runs that are trained.</summary>
public sealed class RefineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_finds_optima_and_is_reported_and_transferred()
    {
        var (code, output, error) = Sweep("sweep");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("round 1: 3 runs of 1 models to do, 0 runs finished before", output);
        Assert.Matches(@"the search is finished: \d+ runs", output);
        Assert.Contains("\"refine\": true", File.ReadAllText(folder["sweep/sweep.json"]));

        // Both models have an optimum between neighbors that are at most 0.8 octaves apart.
        var curves = Curves("sweep");
        Assert.Equal(2, curves.Count);
        Assert.All(curves, static curve =>
        {
            Assert.Contains(curve.Estimate.Verdict, new[] { OptimumVerdict.Inside, OptimumVerdict.NextToDivergence });
            var best = curve.Values.Index()
                .MinBy(static at => at.Item.Diverged > 0 ? double.PositiveInfinity : at.Item.Mean).Index;
            Assert.InRange(Math.Log2(curve.Values[best + 1].Value / curve.Values[best - 1].Value), 0, 0.81);
            Assert.InRange(curve.Values.Count, 5, 15);
        });

        // Every value is a point of the figure.
        var svg = File.ReadAllText(folder["sweep/sweep.svg"]);
        Assert.All(curves[0].Values.Where(static at => at.Diverged == 0), at => Assert.Contains(Numbers.Text(at.Value), svg));
        Assert.Equal(0, Run("report", folder["sweep"], "--out", folder["page.html"]).Code);
        Assert.Contains("Sweep: sweep", File.ReadAllText(folder["page.html"]));
        Assert.Equal(0, Run("transfer", folder["sweep"], "--widths", "32", "--threads", "1").Code);
    }

    [Fact]
    public void It_continues_where_it_was()
    {
        Sweep("sweep");
        var csv = File.ReadAllText(folder["sweep/optima.csv"]);
        var again = Sweep("sweep").Output;
        Assert.DoesNotContain("round 1", again);
        Assert.Contains("the search is finished", again);
        foreach (var file in Directory.GetFiles(folder["sweep/runs"], "*.json").Where(static (_, i) => i % 3 == 0))
        {
            File.Delete(file);
        }

        Assert.Contains("round 1", Sweep("sweep").Output);
        Assert.Equal(csv, File.ReadAllText(folder["sweep/optima.csv"]));

        // The file with its options repeats it.
        Assert.Equal(0, Run("sweep", "--config", folder["sweep/options.json"], "--out", folder["again"]).Code);
        Assert.Equal(csv, File.ReadAllText(folder["again/optima.csv"]));
    }

    [Fact]
    public void Workers_come_to_the_same_results()
    {
        string[] arguments =
        [
            "sweep", "--widths", "32", "--layers", "1", "--head-dim", "16", "--context", "16", "--steps", "4", "--batch", "4",
            "--eval-batches", "1", "--densities", "1,1/4", "--rules", "supar", "--lrs", "2^-5", "--threads", "1", "--refine",
            "--data", folder.Write("text.txt", SmallText.Sentences), "--out",
        ];
        Assert.Equal(0, CommandLine.Run([.. arguments, folder["one"]]).Code);
        var (code, _, error) = CommandLine.Run([.. arguments, folder["two"], "--workers", "2"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal(File.ReadAllText(folder["one/optima.csv"]), File.ReadAllText(folder["two/optima.csv"]));
    }

    [Fact]
    public void A_grid_is_refined_in_its_folder_and_searches_merge()
    {
        string[] grid = ["sweep", .. Arguments[..^1], "--lrs", "2^-7..2^-1", "--out", folder["grid"]];
        Assert.Equal(0, Run(grid).Code);
        var before = Directory.GetFiles(folder["grid/runs"], "*.json");
        var (code, output, error) = Run([.. grid, "--refine"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains($"{before.Length} runs finished before", output);
        Assert.All(before, static file => Assert.True(File.Exists(file)));
        Assert.InRange(Directory.GetFiles(folder["grid/runs"], "*.json").Length, before.Length + 2, before.Length + 12);
        Refused("holds a sweep that was refined: add --refine to continue it", grid);

        Sweep("dense", "--densities", "1");
        Sweep("sparse", "--densities", "1/4");
        var merged = Sweep("both", "--merge", folder["dense"] + "," + folder["sparse"]).Output;
        Assert.DoesNotContain("round 1", merged);
        Assert.Equal(2, Curves("both").Count);
    }

    [Fact]
    public void Runs_that_were_chosen_with_other_settings_are_not_trained()
    {
        Sweep("sweep", "--densities", "1");
        var sweep = SweepFolder.Existing(folder["sweep"]);
        sweep.Choose([sweep.Finished()[0].Point with { Density = 0.25 }]);
        Assert.DoesNotContain("round 1", Sweep("sweep", "--densities", "1").Output);
        Assert.Equal(0, Sweep("sweep", "--densities", "1").Code);
    }

    [Fact]
    public void A_final_learning_rate_bounds_the_search()
    {
        var (code, output, error) = Sweep(
            "sweep", "--densities", "1/4", "--lrs", "2^-13", "--decay", "linear", "--final-lr", "2^-13.5");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("the search is finished", output);
    }

    [Fact]
    public void A_part_of_a_search_is_refused() => Refused(
        "--shard 1/2 does not go with --refine, whose rounds depend on the results of all runs before",
        ["sweep", .. Arguments, "--shard", "1/2", "--out", folder["sweep"]]);

    [Fact]
    public void A_tuner_of_one_s_own_chooses_the_learning_rates()
    {
        var example = CurveProgram.Example with { Tuner = static model => new Halving(model.Start) };
        using var output = new StringWriter();
        var options = new SweepOptions<Curve.Size>(
            new(example.Size, new Dictionary<SizeAxis, double[]> { [SizeAxis.Density] = [0.25] })
            {
                Engine = new(Threads: 1), Out = folder["sweep"],
            },
            example.Training with { Steps = 2, Batch = 4, Warmup = 0, EvalEvery = int.MaxValue, EvalBatches = 1 },
            [Rule.SuPar], [0.01]) { Refine = true };
        Assert.Equal(0, SweepHandler.Run(example, options, new(output, output), CancellationToken.None));
        Assert.Equal(
            [0.0025, 0.005, 0.01], Assert.Single(Curves("sweep")).Values.Select(static at => at.Value));
    }

    [Fact]
    public void A_transfer_warns_of_an_optimum_at_the_edge()
    {
        string[] low = ["sweep", .. Arguments[..^1], "--lrs", "2^-14..2^-12", "--out", folder["low"]];
        var (_, swept, _) = Run(low);
        Assert.Contains("SµPar, w 64 ρ 1: the best LR, 2^-12.00, is the largest that was swept", swept);
        Assert.Contains("--lrs 2^-14..2^-9 --out", swept);
        var (code, output, _) = Run("transfer", folder["low"], "--densities", "1/2", "--threads", "1");
        Assert.Equal(0, code);
        Assert.Contains("warning: SµPar, w 64 ρ 1: the best LR, 2^-12.00, is the largest that was swept", output);
    }

    private static string[] Arguments =>
    [
        "--densities", "1,1/4", "--rules", "supar", "--steps", "6", "--batch", "8", "--warmup", "0", "--eval-batches", "1",
        "--threads", "1", "--refine",
    ];

    private (int Code, string Output, string Error) Sweep(string name, params string[] more)
    {
        var arguments = Arguments;
        var given = arguments.Chunk(2).Where(pair => !more.Contains(pair[0])).SelectMany(static pair => pair);
        return Run(["sweep", .. given, .. more, "--out", folder[name]]);
    }

    private IReadOnlyList<SweepCurve> Curves(string name) =>
        new SweepSummary(SweepFolder.Existing(folder[name]).Finished()).Curves;

    private static void Refused(string expected, string[] args)
    {
        var (code, _, error) = Run(args);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static (int Code, string Output, string Error) Run(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, CurveProgram.Example));

    private sealed class Halving(double start) : ITuner
    {
        private readonly List<double> told = [];

        /// <inheritdoc/>
        public IReadOnlyList<double> Ask() => told.Count < 3 ? [start * Math.Pow(2, -told.Count)] : [];

        /// <inheritdoc/>
        public void Tell(Trial trial) => told.Add(trial.LearningRate);
    }
}

using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Slurm;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Handlers;

/// <summary>Commands as functions over records of options, without a command line.</summary>
public sealed class HandlerTests : IDisposable
{
    private static readonly Example<Curve, Curve.Size> Example = CurveProgram.Example;
    private static readonly EngineChoice Engine = new(Threads: 1);

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new(), error = new();

    private Streams Streams => new(output, error);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Train_writes_a_run_folder_and_resumes_it()
    {
        var options = Train("run") with { Checkpoints = new(Every: 2) };
        Assert.Equal(0, TrainHandler.Run(Example, options, Streams, CancellationToken.None));
        Assert.Contains($"run folder {folder["run"]}", output.ToString());
        Assert.Equal(string.Empty, error.ToString());
        Assert.True(File.Exists(folder["run/model.safetensors"]));

        // Only a command line knows its own text.
        Assert.False(File.Exists(folder["run/options.json"]));
        Assert.Equal(0, TrainHandler.Run(Example, options with { Resumes = true }, Streams, CancellationToken.None));
        Assert.Equal(6, File.ReadAllLines(folder["run/metrics.csv"]).Length);
    }

    [Fact]
    public void Train_that_is_stopped_says_how_to_go_on()
    {
        Assert.Equal(0, TrainHandler.Run(Example, Train("run") with { Repeat = "{}" }, Streams, new(canceled: true)));
        Assert.Contains("stopped after step 0", output.ToString());
        Assert.Equal("{}", File.ReadAllText(folder["run/options.json"]));
    }

    [Fact]
    public void Train_refuses_options_that_do_not_fit_each_other()
    {
        var options = Train("run");
        Refused("--resume needs the folder", options with { Out = null, Resumes = true });
        Refused("--allow-resize applies only to a resumed run", options with { MayResize = true });
        Refused(
            "--on-divergence back needs checkpoints",
            options with { Checkpoints = new(Every: 0, OnDivergence: OnDivergence.Back) });
        Refused(
            "--batch is 4: it cannot be divided equally among 1 ranks, each in 3 micro-batches",
            options with { Training = options.Training with { Accumulate = 3 } });
        Assert.False(Directory.Exists(folder["run"]));

        void Refused(string expected, TrainOptions<Curve.Size> refused) =>
            Throws(expected, () => TrainHandler.Run(Example, refused, Streams, CancellationToken.None));
    }

    [Fact]
    public void Check_judges_the_last_rule_and_says_when_it_was_stopped()
    {
        var options = Check("check");
        Assert.Equal(0, CheckHandler.Run(Example, options, Streams, CancellationToken.None));
        Assert.Contains("SµPar passes at ±30", output.ToString());
        Assert.True(File.Exists(folder["check/check-width.svg"]));
        var stopped = options with { Study = Study("stopped", (SizeAxis.Width, [64, 128])) };
        Assert.Equal(1, CheckHandler.Run(Example, stopped, Streams, new(canceled: true)));
        Assert.Equal("error: stopped before all 4 models were measured", error.ToString().Trim());
        var one = options with { Study = Study("one", (SizeAxis.Width, [64])) };
        Throws("give at least two values", () => CheckHandler.Run(Example, one, Streams, CancellationToken.None));
    }

    [Fact]
    public void Sweep_and_transfer_find_and_use_an_optimum()
    {
        var options = Sweep("sweep");
        Assert.Equal(0, SweepHandler.Run(Example, options with { Shard = new(1, 2) }, Streams, CancellationToken.None));
        Assert.Contains("1 of 2 runs are not finished", output.ToString());
        Assert.Equal(0, SweepHandler.Run(Example, options, Streams, CancellationToken.None));
        Assert.Contains("all 2 runs are finished", output.ToString());
        Assert.Equal(3, File.ReadAllLines(folder["sweep/runs.csv"]).Length);

        var transfer = new TransferOptions(folder["sweep"], Axes((SizeAxis.Width, [128]))) { Engine = Engine };
        Assert.Equal(0, TransferHandler.Run(Example, transfer, Streams, CancellationToken.None));
        Assert.Contains("best for width 64, density 1/4", output.ToString());
        Assert.Contains("128    1/4      Complete", output.ToString());
        Throws(
            "no target size is given",
            () => TransferHandler.Run(Example, transfer with { Axes = Axes() }, Streams, CancellationToken.None));
    }

    [Fact]
    public void What_a_program_prints_is_not_taken_for_the_answer_of_a_sweep_worker()
    {
        var options = Sweep("sweep");
        Assert.Equal(0, SweepHandler.Run(Example, options with { Shard = new(1, 2) }, Streams, CancellationToken.None));
        var sweep = SweepFolder.Existing(folder["sweep"]);
        var missing = sweep.ReadSettings<Curve.Size>().Points().Single(point => !sweep.Has(point));
        var prints = Example with
        {
            Observers =
            [
                static _ =>
                {
                    Console.Write("hello");
                    return new EarlyStopping();
                },
            ],
        };
        var (code, written, error) = CommandLine.Catch(() =>
        {
            var input = Console.In;
            using var names = new StringReader(missing.Id + "\n");
            Console.SetIn(names);
            try
            {
                return Lab.Run(["sweep-worker", folder["sweep"], "--threads", "1"], prints);
            }
            finally
            {
                Console.SetIn(input);
            }
        });
        Assert.Equal((0, missing.Id, "hello"), (code, written.Trim(), error));
    }

    [Fact]
    public void A_sweep_worker_trains_the_runs_that_it_reads()
    {
        var options = Sweep("sweep");
        Assert.Equal(0, SweepHandler.Run(Example, options with { Shard = new(1, 2) }, Streams, CancellationToken.None));
        var sweep = SweepFolder.Existing(folder["sweep"]);
        var missing = sweep.ReadSettings<Curve.Size>().Points().Single(point => !sweep.Has(point));
        using var names = new StringReader(missing.Id + "\n");
        using var written = new StringWriter();
        var worker = new SweepWorkerOptions(folder["sweep"]) { Engine = Engine };
        Assert.Equal(0, SweepWorkerHandler.Run(Example, worker, names, written));
        Assert.Equal(missing.Id, written.ToString().Trim());
        Assert.True(sweep.Has(missing));
        using var wrong = new StringReader("none");
        Throws("has no run 'none'", () => SweepWorkerHandler.Run(Example, worker, wrong, written));
    }

    [Fact]
    public void Sweep_refuses_workers_on_a_cluster()
    {
        var options = Sweep("sweep") with { Workers = 2, Cluster = new(0, [], string.Empty) };
        Throws(
            "--workers applies to local runs only", () => SweepHandler.Run(Example, options, Streams, CancellationToken.None));
    }

    [Fact]
    public void Bench_times_every_size()
    {
        var study = Study("bench", (SizeAxis.Width, [64]), (SizeAxis.Density, [0.25, 0.125]));
        var options = new BenchOptions<Curve.Size>(study, Example.Training with { Batch = 2 }) { Rounds = 1 };
        Assert.Equal(0, BenchHandler.Run(Example, options, Streams, CancellationToken.None));
        Assert.Contains("2/2 sizes  width 64, density 1/8", output.ToString());
        Assert.True(File.Exists(folder["bench/bench.json"]));
        var stopped = options with { Study = Study("stopped", (SizeAxis.Width, [64])) };
        Assert.Equal(1, BenchHandler.Run(Example, stopped, Streams, new(canceled: true)));
        Assert.Equal("error: stopped before all 1 sizes were timed", error.ToString().Trim());
    }

    [Fact]
    public void Report_holds_a_section_for_each_folder()
    {
        Assert.Equal(0, TrainHandler.Run(Example, Train("run"), Streams, CancellationToken.None));
        Assert.Equal(0, CheckHandler.Run(Example, Check("check"), Streams, CancellationToken.None));
        Assert.Equal(0, SweepHandler.Run(Example, Sweep("sweep"), Streams, CancellationToken.None));
        using var said = new StringWriter();
        var options = new ReportOptions([folder["run"], folder["check"], folder["sweep"]], folder["page.html"]);
        Assert.Equal(0, ReportHandler.Run("Curve", options, said));
        Assert.Equal($"3 folders, 7 figures in {folder["page.html"]}", said.ToString().Trim());
        var page = File.ReadAllText(folder["page.html"]);
        Assert.All(["Run: run", "Coordinate check: check", "Sweep: sweep"], title => Assert.Contains($"<h2>{title}</h2>", page));
    }

    [Fact]
    public void Table_is_text_or_json()
    {
        Assert.Equal(0, TableHandler.Run<Curve, Curve.Size>(new(Curve.Base), output));
        Assert.Contains("Hidden.weight", output.ToString());
        using var json = new StringWriter();
        Assert.Equal(0, TableHandler.Run<Curve, Curve.Size>(new(Curve.Base, AsJson: true), json));
        Assert.StartsWith("{", json.ToString().TrimStart(), StringComparison.Ordinal);
    }

    private TrainOptions<Curve.Size> Train(string name) => new(
        Example.Size, Example.Training with { Steps = 4, Batch = 4, Warmup = 0, EvalEvery = 2, EvalBatches = 1 })
    {
        Engine = Engine,
        Out = folder[name],
    };

    private CheckOptions<Curve.Size> Check(string name) => new(
        Study(name, (SizeAxis.Width, [64, 128])),
        CheckPlan.TrainingOf(OptimizerChoice.AdamW, lr: null, steps: 1, batch: 4), [Rule.SuPar])
    {
        Seeds = 2,
        Threshold = 30,
    };

    private SweepOptions<Curve.Size> Sweep(string name) => new(
        Study(name, (SizeAxis.Width, [64]), (SizeAxis.Density, [0.25])),
        Example.Training with { Steps = 3, Batch = 4, Warmup = 0, EvalEvery = int.MaxValue, EvalBatches = 1 },
        [Rule.SuPar], [0.01, 0.02]);

    private StudyOptions<Curve.Size> Study(string name, params (SizeAxis Axis, double[] Values)[] axes) =>
        new(Example.Size, Axes(axes)) { Engine = Engine, Out = folder[name] };

    private static Dictionary<SizeAxis, double[]> Axes(params (SizeAxis Axis, double[] Values)[] axes) =>
        axes.ToDictionary(static axis => axis.Axis, static axis => axis.Values);

    private static void Throws(string expected, Func<int> run) =>
        Assert.Contains(expected, Assert.Throws<UserException>(() => run()).Message);
}

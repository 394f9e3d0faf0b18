using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Tests.OwnModels;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Training;

/// <summary>Observers, metrics and tuners of a program, and what happens when they or its data fail.</summary>
public sealed class ObserverTests : IDisposable
{
    private static readonly Example<Curve, Curve.Size> Plain = CurveProgram.Example;

    private readonly TemporaryFolder folder = new();
    private readonly List<string> events = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_observer_sees_the_run_from_its_beginning_to_its_end()
    {
        ObservedRun? seen = null;
        var example = Plain with
        {
            Observers =
            [
                run =>
                {
                    seen = run;
                    return new Recorder(events);
                },
            ],
        };
        Succeeds(example, Train("run"));
        Assert.Equal(("Curve", folder["run"]), (seen!.Example, seen.Folder));
        Assert.Equal(6, seen.Training.Steps);
        Assert.Equal(
            ["begun -1", "evaluated 0", "step 1", "step 2", "evaluated 2", "step 3", "step 4", "evaluated 4", "step 5", "step 6",
             "evaluated 6", "ended Complete", "disposed"],
            events);
    }

    [Fact]
    public void Every_run_of_a_sweep_has_observers_of_its_own()
    {
        var folders = new List<string>();
        var example = Plain with
        {
            Observers =
            [
                run =>
                {
                    folders.Add(run.Folder);
                    return new Recorder(events);
                },
            ],
        };
        Succeeds(
            example, "sweep", "--lrs", "2^-8,2^-7", "--densities", "1/4", "--rules", "supar", "--steps", "2", "--threads", "1",
            "--out", folder["sweep"]);
        Assert.Equal(2, folders.Distinct().Count());
        Assert.Equal(2, events.Count(static line => line == "ended Complete"));
    }

    [Fact]
    public void Early_stopping_ends_a_run_which_is_then_complete()
    {
        // The learning rate is so small that no measurement falls by a tenth.
        var example = Plain with { Observers = [_ => new EarlyStopping(patience: 2, minDelta: 0.1)] };
        string[] arguments = [.. Train("run", steps: 20), "--lr", "1e-6"];
        var output = Succeeds(example, arguments);
        Assert.Contains("ended early after step 4: no measurement is below", output);
        Assert.Equal(4 + 2, File.ReadAllLines(folder["run/metrics.csv"]).Length);
        Assert.True(File.Exists(folder["run/model.safetensors"]));
        var weights = File.ReadAllBytes(folder["run/model.safetensors"]);
        Assert.Contains("ended early after step 4", Succeeds(example, [.. arguments, "--resume"]));
        Assert.Equal(weights, File.ReadAllBytes(folder["run/model.safetensors"]));

        // Without the observer the run goes on to its last step.
        Assert.DoesNotContain("ended early", Succeeds(Plain, [.. arguments, "--resume"]));
        Assert.Equal(20 + 2, File.ReadAllLines(folder["run/metrics.csv"]).Length);
    }

    [Fact]
    public void Early_stopping_waits_for_its_patience_after_the_best_measurement()
    {
        var stopping = new EarlyStopping(patience: 2, monitor: static evaluation => -evaluation.Accuracy!.Value);
        stopping.Begun(new([], [new(0, 9, 1, 0.1), new(10, 9, 1, 0.5)], Outcome.Interrupted));
        Assert.Null(stopping.StopReason);
        stopping.Evaluated(new(20, 1, 1, 0.4));
        Assert.Null(stopping.StopReason);
        stopping.Evaluated(new(30, 1, 1, 0.5));
        Assert.Equal("no measurement is below -0.5 of step 10, and 2 have followed it", stopping.StopReason);
        stopping.MeasurementDropped(30);
        Assert.Null(stopping.StopReason);
        stopping.Evaluated(new(30, 1, 1, 0.6));
        Assert.Null(stopping.StopReason);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EarlyStopping(patience: 0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EarlyStopping(minDelta: -1));
    }

    [Fact]
    public void Early_stopping_passes_over_values_that_are_no_numbers()
    {
        var stopping = new EarlyStopping(patience: 2);
        stopping.Begun(new([], [], Outcome.Interrupted));
        foreach (var (step, loss) in new[] { (0, double.NaN), (2, double.NaN), (4, 3), (6, 2), (8, double.PositiveInfinity) })
        {
            stopping.Evaluated(new(step, loss, 1));
            Assert.Null(stopping.StopReason);
        }

        stopping.Evaluated(new(10, 2, 1));
        Assert.Equal("no measurement is below 2 of step 6, and 2 have followed it", stopping.StopReason);
    }

    [Fact]
    public void A_resumed_run_reads_its_measurements_with_all_digits()
    {
        var losses = new List<double>();
        var example = Plain with { Observers = [_ => new Losses(losses)] };
        Succeeds(example, [.. Train("run"), "--checkpoint-every", "2"]);
        var whole = losses.ToList();
        losses.Clear();
        Succeeds(example, [.. Train("run", steps: 8), "--resume"]);
        Assert.Equal(whole[..3], losses[..3]);
    }

    [Fact]
    public void An_empty_reason_does_not_end_a_run()
    {
        var example = Plain with { Observers = [static _ => new Empty(), _ => new Recorder(events)] };
        Assert.DoesNotContain("ended early", Succeeds(example, Train("run")));
        Assert.Contains("step 6", events);
    }

    [Theory]
    [InlineData("begun -1")]
    [InlineData("evaluated 2")]
    [InlineData("step 3")]
    [InlineData("reason")]
    public void An_observer_that_throws_ends_the_run_with_one_line_and_the_run_is_resumed(string at)
    {
        var example = Plain with { Observers = [_ => new Recorder(events, at)] };
        Fails(
            "error: the observer Recorder failed: InvalidOperationException: no (ObserverTests.cs, line ", example, Train("run"));
        Assert.Equal("disposed", events[^1]);
        IsResumedTo("run", Plain);
    }

    [Fact]
    public void An_observer_that_cannot_be_created_or_that_fails_at_the_end_is_named()
    {
        Fails(
            "error: an observer's constructor failed: InvalidOperationException: it returns null",
            Plain with { Observers = [_ => null!] }, Train("null"));
        Fails(
            "error: the observer Recorder failed: InvalidOperationException: no",
            Plain with { Observers = [_ => new Recorder(events, "ended Complete")] }, Train("end"));
        IsResumedTo("end", Plain);
    }

    [Fact]
    public void An_observer_that_cannot_be_disposed_is_named()
    {
        var example = Plain with { Observers = [_ => new Recorder(events, "disposed")] };
        Fails("error: the observer Recorder failed: InvalidOperationException: no", example, Train("run"));
        Assert.Single(events, static line => line == "disposed");
        IsResumedTo("run", Plain);
        Fails(
            "error: the observer Recorder failed: InvalidOperationException: no", example,
            "sweep", "--lrs", "2^-8", "--densities", "1/4", "--rules", "supar", "--steps", "2", "--threads", "1",
            "--out", folder["sweep"]);
    }

    [Fact]
    public void Observers_are_disposed_if_the_next_cannot_be_created()
    {
        var example = Plain with { Observers = [_ => new Recorder(events), static _ => throw new FormatException("odd")] };
        Fails("error: an observer's constructor failed: FormatException: odd", example, Train("run"));
        Assert.Equal(["disposed"], events);
    }

    [Fact]
    public void Data_that_throw_end_the_run_with_one_line_and_the_run_is_resumed()
    {
        var data = (BatchData)Plain.Data;
        var training = Plain with
        {
            Data = data with
            {
                Training = (rows, seed, step) =>
                    step == 3 ? throw new IOException("gone") : data.Training(rows, seed, step),
            },
        };
        Fails("error: the training batch of step 3 (a sine) failed: IOException: gone (ObserverTests.cs", training, Train("run"));
        IsResumedTo("run", Plain);

        var calls = 0;
        var validation = Plain with
        {
            Data = data with { Validation = (rows, count) => ++calls == 3 ? Broken() : data.Validation(rows, count) },
        };
        Fails("error: validation batch 0 (a sine) failed: FormatException: odd (ObserverTests.cs", validation, Train("half"));
        IsResumedTo("half", Plain);

        static IEnumerable<Batch> Broken() =>
            Enumerable.Range(0, 1).Select(static Batch (_) => throw new FormatException("odd"));
    }

    [Fact]
    public void Data_that_wait_too_long_end_the_run_with_one_line()
    {
        var data = (BatchData)Plain.Data;
        var late = Plain with { Data = data with { Training = static (_, _, _) => throw new TaskCanceledException("timeout") } };
        Fails("error: the training batch of step 0 (a sine) failed: TaskCanceledException: timeout", late, Train("data"));
        Fails(
            "error: an observer's constructor failed: TaskCanceledException: timeout",
            Plain with { Observers = [static _ => throw new TaskCanceledException("timeout")] }, Train("observer"));
    }

    [Fact]
    public void A_loss_that_throws_within_a_step_leaves_the_checkpoint_before()
    {
        var calls = 0;
        var bad = Plain with
        {
            Loss = Loss.MeanSquare with
            {
                Of = (outputs, targets) => ++calls == 5 ? throw new FormatException("odd") : Loss.MeanSquare.Of(outputs, targets),
            },
        };
        Fails("error: the loss MeanSquare failed: FormatException: odd", bad, [.. Train("run"), "--checkpoint-every", "2"]);
        Assert.Equal(
            "step-00000002", Path.GetFileName(Assert.Single(Directory.GetDirectories(folder["run/checkpoints"]))));
        IsResumedTo("run", Plain);
    }

    [Fact]
    public void Validation_data_without_a_batch_are_refused()
    {
        var example = Plain with { Data = (BatchData)Plain.Data with { Validation = static (_, _) => [] } };
        Fails("error: the validation data (a sine) have no batch: return at least one", example, Train("run"));
    }

    [Fact]
    public void An_example_without_a_loss_or_data_is_refused()
    {
        Fails("error: the example Curve has no Loss: give it a loss", Plain with { Loss = null! }, Train("run"));
        Fails("error: the example Curve has no Loss.Of: give it a function", Plain with { Loss = new(null!) }, Train("run"));
        Fails("error: the example Curve has no Data: give it a source of data", Plain with { Data = null! }, Train("run"));
        Fails("error: the example Curve has no Training: give it", Plain with { Training = null! }, Train("run"));
    }

    [Fact]
    public void A_metric_is_printed_recorded_and_read_again()
    {
        var example = WithMetric(static (outputs, targets) => (outputs - targets).abs().lt(0.5).to(ScalarType.Float32).mean());
        var measured = new List<double>();
        var output = Succeeds(
            example with { Observers = [_ => new Measured(measured)] },
            Train("run"));
        Assert.Matches(@"validation [\d.]+, near [\d.]+ at step 6", output);
        var near = Column("run", "validation_near");
        Assert.Equal(4, near.Length);
        Assert.All(near, static value => Assert.InRange(value, 0, 1));
        Assert.Equal(near, measured.Select(static value => Math.Round(value, 8)), (a, b) => Math.Abs(a - b) < 1e-6);
        var tags = Directory.GetFiles(folder["run"], "events.out.tfevents.*").Select(File.ReadAllBytes)
            .Select(Encoding.Latin1.GetString);
        Assert.Contains(tags, static text => text.Contains("metric/near", StringComparison.Ordinal));

        // A run with more steps keeps what was measured.
        Succeeds(example, [.. Train("run", steps: 8), "--resume"]);
        Assert.Equal(near[..3], Column("run", "validation_near")[..3]);
    }

    [Fact]
    public void A_metric_that_is_not_a_number_ends_the_run_with_one_line_and_the_run_is_resumed()
    {
        var calls = 0;
        var bad = WithMetric((outputs, _) => ++calls < 2 ? outputs.mean() : outputs.mean() * double.NaN);
        Fails("error: the metric near is NaN at step 2: it must be a finite number", bad, Train("run"));
        var good = WithMetric(static (outputs, _) => outputs.mean());
        IsResumedTo("run", good);
        Fails(
            "error: the metric near failed: IndexOutOfRangeException: ",
            WithMetric(static (outputs, _) => outputs * new double[] { 1 }[2]), Train("throws"));
    }

    [Fact]
    public void A_metric_may_be_infinite_where_the_loss_is()
    {
        var example = WithMetric(static (outputs, targets) => (outputs - targets).square().mean());
        var output = Succeeds(
            example, "sweep", "--lrs", "1e-3,1e30", "--densities", "1/4", "--rules", "supar", "--steps", "1", "--warmup", "0",
            "--threads", "1", "--out", folder["sweep"]);
        Assert.Contains("diverged", output);
        Assert.Equal(2, Directory.GetFiles(folder["sweep/runs"], "*.json").Length);
    }

    [Fact]
    public void A_loss_that_throws_is_named() => Fails(
        "error: the loss failed: KeyNotFoundException: ",
        Plain with { Loss = new(static (outputs, _) => outputs * new Dictionary<string, double>()["scale"]) }, Train("run"));

    [Theory]
    [InlineData("", "a metric is called ''")]
    [InlineData("a,b", "a metric is called 'a,b': its name must be of letters")]
    [InlineData("accuracy", "a metric is called 'accuracy', as a number that the lab measures is")]
    public void A_metric_s_name_is_a_column_s(string name, string expected) => Fails(
        "error: " + expected,
        Plain with { Loss = Loss.MeanSquare with { Metrics = [new(name, static (outputs, _) => outputs.mean())] } },
        Train("run"));

    [Fact]
    public void Two_metrics_of_one_name_are_refused()
    {
        Metric metric = new("near", static (outputs, _) => outputs.mean());
        Fails(
            "error: two metrics are called 'near'", Plain with { Loss = Loss.MeanSquare with { Metrics = [metric, metric] } },
            Train("run"));
        Fails(
            "error: the metric near has no function",
            Plain with { Loss = Loss.MeanSquare with { Metrics = [metric with { Of = null! }] } }, Train("run"));
    }

    [Fact]
    public void A_tuner_that_throws_is_named() => Fails(
        "error: the tuner Broken failed: NotSupportedException: later (ObserverTests.cs",
        Plain with { Tuner = static _ => new Broken() },
        "sweep", "--refine", "--densities", "1/4", "--steps", "2", "--threads", "1", "--out", folder["sweep"]);

    private static Example<Curve, Curve.Size> WithMetric(Func<Tensor, Tensor, Tensor> metric) =>
        Plain with { Loss = Loss.MeanSquare with { Metrics = [new("near", metric)] } };

    private string[] Train(string name, int steps = 6) =>
    [
        "train", "--steps", $"{steps}", "--batch", "8", "--eval-every", "2", "--eval-batches", "1", "--threads", "1",
        "--out", folder[name],
    ];

    private double[] Column(string run, string name)
    {
        var lines = File.ReadAllLines(folder[run + "/metrics.csv"]);
        var column = Array.IndexOf(lines[0].Split(','), name);
        return
        [
            .. lines.Skip(1).Select(line => line.Split(',')[column]).Where(static cell => cell.Length > 0)
                .Select(static cell => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    // The resumed run has the weights and the losses of one that was not stopped.
    private void IsResumedTo(string run, Example<Curve, Curve.Size> example)
    {
        Succeeds(example, [.. Train(run), "--resume"]);
        Succeeds(example, Train(run + "-whole"));
        Assert.Equal(
            File.ReadAllBytes(folder[run + "-whole/model.safetensors"]), File.ReadAllBytes(folder[run + "/model.safetensors"]));
        Assert.Equal(Column(run + "-whole", "train_loss"), Column(run, "train_loss"));
        Assert.Equal(Column(run + "-whole", "validation_loss"), Column(run, "validation_loss"));
    }

    private static string Succeeds(Example<Curve, Curve.Size> example, params string[] args)
    {
        var (code, output, error) = CommandLine.Catch(() => Lab.Run(args, example));
        Assert.Equal((0, string.Empty), (code, error));
        return output;
    }

    private static void Fails(string expected, Example<Curve, Curve.Size> example, params string[] args)
    {
        var (code, _, error) = CommandLine.Catch(() => Lab.Run(args, example));
        Assert.StartsWith(expected, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
    }

    private sealed class Recorder(List<string> events, string? failsAt = null) : ITrainingObserver, IDisposable
    {
        private int asked;

        /// <inheritdoc/>
        public string? StopReason => failsAt == "reason" && ++asked == 4 ? throw new InvalidOperationException("no") : null;

        /// <inheritdoc/>
        public void Begun(TrainingHistory past) => Add($"begun {past.Last}");

        /// <inheritdoc/>
        public void Stepped(StepMetrics step) => Add($"step {step.Step}");

        /// <inheritdoc/>
        public void Evaluated(Evaluation evaluation) => Add($"evaluated {evaluation.Step}");

        /// <inheritdoc/>
        public void Ended(TrainingHistory history) => Add($"ended {history.Outcome}");

        /// <inheritdoc/>
        public void Dispose() => Add("disposed");

        private void Add(string what)
        {
            events.Add(what);
            if (what == failsAt)
            {
                throw new InvalidOperationException("no");
            }
        }
    }

    private sealed class Measured(List<double> near) : ITrainingObserver
    {
        /// <inheritdoc/>
        public void Evaluated(Evaluation evaluation) => near.Add(evaluation.Metrics["near"]);
    }

    private sealed class Losses(List<double> losses) : ITrainingObserver
    {
        /// <inheritdoc/>
        public void Begun(TrainingHistory past) => losses.AddRange(past.Evaluations.Select(static e => e.Loss));

        /// <inheritdoc/>
        public void Evaluated(Evaluation evaluation) => losses.Add(evaluation.Loss);
    }

    private sealed class Empty : ITrainingObserver
    {
        /// <inheritdoc/>
        public string? StopReason => string.Empty;
    }

    private sealed class Broken : ITuner
    {
        /// <inheritdoc/>
        public IReadOnlyList<double> Ask() => throw new NotSupportedException("later");

        /// <inheritdoc/>
        public void Tell(Trial trial)
        {
        }
    }
}

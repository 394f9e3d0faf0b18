using System.CommandLine;
using System.Globalization;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary><c>sweep</c>: where a hyperparameter is best, and whether that moves with density or width.</summary>
internal static class SweepCommand
{
    private const int DefaultSteps = 200;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var axes = new SizeAxes<TModel, TSize>(example.Size);
        var lists = new AxisOptions<TModel, TSize>(example.Size, axes, new()
        {
            [SizeAxis.Width] = axes.Value(example.Size, SizeAxis.Width) is { } width ? [width] : [],
            [SizeAxis.Density] = [1, 1 / 4.0, 1 / 16.0],
            [SizeAxis.Sigma] = [],
        });
        var sizes = new SizeOptions<TModel, TSize>(example.Size, axes.Names(SizeAxis.Width, SizeAxis.Density).Concat(example.Data.Sizes));
        var training = new TrainingOptionSet(
            example.Training with { Steps = DefaultSteps, Warmup = DefaultSteps / 10, EvalEvery = int.MaxValue, SampleLength = 0 },
            "--lr", "--seed", "--eval-every", "--sample-length");
        var rates = OptionFactory.Reals("--lrs", "base learning rates", [.. Enumerable.Range(-11, 7).Select(static e => Math.Pow(2, e))], "above 0", static x => x > 0);
        var rules = OptionFactory.ChoiceList("--rules", "the rules to compare", axes.Rules);
        var seeds = OptionFactory.Integer("--seeds", "runs at each point, from seed 1 on", 1, 1);
        var workers = OptionFactory.Integer("--workers", "processes that train side by side; 1 trains in this one", 1, 1);
        var shard = Shard.Option();
        var merge = OptionFactory.Text("--merge", "folders, separated by commas, of other parts of this sweep whose runs to take over", "folder,…");
        var data = new DataOptions(example.Data);
        var path = new Option<string>("--out") { Description = "the sweep's folder; a sweep that is there is gone on with", HelpName = "folder", Required = true };
        var engine = new EngineOptions();
        var command = new Command("sweep", "Trains over learning rates or init stds × densities × widths × rules × seeds, and finds each optimum; goes on where it was")
        {
            rates, rules, seeds, workers, shard, merge,
        };
        lists.AddTo(command);
        sizes.AddTo(command);
        training.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        command.Add(path);
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            var asked = sizes.Read(result);
            using var open = data.Open(result, asked);
            var size = SizeRecord.With(asked, open);
            var settings = new SweepSettings<TSize>(
                SweepSettings<TSize>.CurrentVersion, example.Name, size, training.Read(result), open.Fingerprint,
                result.GetValue(rules)!, lists.Read(result), result.GetValue(rates)!, result.GetValue(seeds));
            foreach (var different in settings.Points().Select(point => point.Size(axes, size)).Distinct())
            {
                TModel.Create(different, 0).Dispose();
            }

            var folder = SweepFolder.Open(result.GetValue(path)!, settings);
            foreach (var other in result.GetValue(merge)?.Split(',') ?? [])
            {
                folder.Merge(other, settings);
            }

            var output = result.InvocationConfiguration.Output;
            var points = settings.Points().ToList();
            var missing = result.GetValue(shard)!.Of(points).Where(point => !folder.Has(point)).ToList();
            output.WriteLine($"{points.Count} runs, {points.Count(folder.Has)} of them finished before, {missing.Count} to do here");
            IReadOnlyCollection<string> failures = [];
            using (var view = ProgressLines.For(output, missing.Count, "runs"))
            {
                var count = result.GetValue(workers);
                if (count == 1)
                {
                    Train(new SweepTrainer<TModel, TSize>(settings, open, example.Loss, engine.Apply(result)), folder, missing, view, stop.Token);
                }
                else
                {
                    string[] arguments = ["sweep-worker", folder.Path, .. data.Arguments(result), .. engine.Arguments(result, count)];
                    var queue = new WorkQueue(OwnProgram.Start(typeof(TModel), arguments));
                    queue.Run(missing, count, point => view.Done(point.Id), stop.Token);
                    failures = queue.Failures;
                }
            }

            return Finish(result, example.Name, folder, points, failures);
        });
        return command;
    }

    private static void Train<TModel, TSize>(
        SweepTrainer<TModel, TSize> trainer, SweepFolder folder, List<SweepPoint> missing, ProgressLines view, CancellationToken stop)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        foreach (var point in missing)
        {
            if (trainer.Train(point, stop) is not { } run)
            {
                return;
            }

            folder.Add(run);
            view.Done(run.Loss is { } loss ? string.Create(CultureInfo.InvariantCulture, $"{point.Id}  {loss:F4}") : $"{point.Id}  diverged");
        }
    }

    private static int Finish(ParseResult result, string name, SweepFolder folder, List<SweepPoint> points, IReadOnlyCollection<string> failures)
    {
        var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
        var summary = new SweepSummary([.. folder.Finished().Where(run => points.Contains(run.Point))]);
        var open = points.Count - summary.Runs.Count;
        if (summary.Runs.Count > 0)
        {
            var optima = summary.Optima();
            folder.Write("runs.csv", summary.Csv());
            folder.Write("optima.csv", optima.ToCsv());
            folder.Write("sweep.svg", summary.Figure($"{name}: loss against the {summary.Hyperparameter}").ToSvg());
            folder.Write("sweep.md", $"# Sweep of {name}\n\n{optima.ToMarkdown()}\n{string.Concat(summary.Drifts().Select(static line => $"- {line}\n"))}");
            output.WriteLine();
            output.Write(optima.ToString());
            output.WriteLine();
            foreach (var line in summary.Drifts())
            {
                output.WriteLine(line);
            }
        }

        output.WriteLine(open == 0
            ? $"all {points.Count} runs are finished; everything is in {folder.Path}"
            : $"{open} of {points.Count} runs are not finished: the same command goes on in {folder.Path}");
        foreach (var failure in failures)
        {
            error.WriteLine("error: " + failure);
        }

        return failures.Count > 0 ? 1 : 0;
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Slurm;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary><c>sweep</c>: finds the optimum of a hyperparameter, and whether it shifts with density or width.</summary>
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
            "--lr", "--seed", "--method", "--eval-every", "--sample-length");
        var rates = OptionFactory.Reals(
            "--lrs", "base learning rates", [.. Enumerable.Range(-11, 7).Select(static e => Math.Pow(2, e))], "above 0", static x => x > 0);
        var rules = OptionFactory.ChoiceList("--rules", "the rules to compare", axes.Rules);
        var methods = OptionFactory.ChoiceList<SparsityMethod>(
            "--methods", "the mask methods to compare; by default, masks change as the model's attributes say", []);
        var seeds = OptionFactory.Integer("--seeds", "runs per point, with seeds from 1", 1, 1);
        var workers = OptionFactory.Integer("--workers", "processes that train in parallel; 1 trains in this process", 1, 1);
        var constant = OptionFactory.Switch(
            "--constant-nonzeros",
            "lower the density as the width grows, so that the non-zeros per row stay constant; --densities is then the density "
                + "at the first width, by default 1");
        var shard = Shard.Option();
        var merge = OptionFactory.Text(
            "--merge", "comma-separated folders of other parts of this sweep, whose finished runs are copied", "folder,…");
        var data = new DataOptions(example.Data);
        var path = new Option<string>("--out")
        {
            Description = "the sweep's folder; an existing sweep is continued", HelpName = "folder", Required = true,
        };
        var engine = new EngineOptions();
        var cluster = new SlurmOptions();
        var command = new Command(
            "sweep", "Trains over learning rates or init stds × densities × widths × rules × seeds, and finds each optimum; "
                + "continues where it stopped")
        {
            rates, rules, methods, seeds, workers, shard, merge,
        };
        lists.AddTo(command);
        command.Add(constant);
        sizes.AddTo(command);
        training.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        cluster.AddTo(command);
        command.Add(path);
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            var request = cluster.Read(result);
            if (request is not null && result.GetValue(workers) > 1)
            {
                throw new UserException("--workers applies to local runs only; use --tasks with --engine slurm");
            }

            var asked = sizes.Read(result);
            using var open = data.Open(result, asked);
            var size = SizeRecord.With(asked, open.Sizes);
            var values = lists.Read(result);
            var densityFollows = result.GetValue(constant) && values.ContainsKey(SizeAxis.Density) && !lists.IsGiven(result, SizeAxis.Density);
            if (densityFollows)
            {
                values[SizeAxis.Density] = [1];
            }

            var settings = new SweepSettings<TSize>(
                SweepSettings<TSize>.CurrentVersion, example.Name, size, training.Read(result), open.Fingerprint,
                result.GetValue(rules)!, values, result.GetValue(rates)!, result.GetValue(seeds), result.GetValue(constant),
                result.GetValue(methods) is { Length: > 0 } chosen ? chosen : null);
            if (settings.ConstantNonZeros)
            {
                settings.RequireConstantNonZeros();
            }

            // Refuse settings that cannot be trained before creating the folder.
            foreach (var rate in settings.LearningRates)
            {
                settings.Training.RequireFinalRate(rate);
            }

            var points = settings.Points().ToList();
            var twins = SweepTwins.Among(points, new SweepModels<TModel, TSize>(settings));
            var folder = SweepFolder.Open(result.GetValue(path)!, settings);
            foreach (var other in result.GetValue(merge)?.Split(',') ?? [])
            {
                folder.Merge(other, settings);
            }

            // With a cluster, training uses the devices of its machines, not of this one.
            var device = request is null ? engine.Apply(result) : torch.CPU;
            folder.Write(RunFolder.FileToRepeat, Settings.ToRepeat(result, densityFollows ? ["--densities"] : []));
            folder.Write(SweepFolder.MachineFile, RunJson.Text(RunMachine.Here(device)));
            var output = result.InvocationConfiguration.Output;
            twins.Share(folder);
            var missing = result.GetValue(shard)!.Of(points.Where(twins.IsFirst)).Where(point => !folder.Has(point)).ToList();
            output.WriteLine($"{points.Count} runs, {points.Count(folder.Has)} of them finished before, {missing.Count} to do here");
            var count = result.GetValue(workers);
            var terminal = Terminal.Of(output);
            Action<string> say = terminal is null ? output.WriteLine : terminal.WriteLine;
            var failures = WorkProgress.Watch(output, terminal, missing.Count, "runs", done =>
            {
                if (request is not null)
                {
                    // The widest models take longest. Starting with them leaves no task idle at the end.
                    string[] there = ["sweep-worker", Path.GetFullPath(folder.Path), .. data.Arguments(result), .. engine.ArgumentsElsewhere(result)];
                    var worker = OwnProgram.Start(typeof(TModel), there);
                    var jobs = new SlurmSweep(folder, request, [worker.FileName, .. worker.ArgumentList], engine.ThreadsElsewhere(result));
                    return jobs.Run([.. missing.OrderByDescending(static point => point.Width)], say, point => done(point.Id), stop.Token);
                }

                if (count == 1)
                {
                    Train(new SweepTrainer<TModel, TSize>(settings, open, example.Loss, device), folder, missing, done, stop.Token);
                    return [];
                }

                string[] arguments = ["sweep-worker", folder.Path, .. data.Arguments(result), .. engine.Arguments(result, count)];
                var queue = new WorkQueue(OwnProgram.Start(typeof(TModel), arguments));

                // The widest models take longest. Starting with them leaves no worker idle at the end.
                queue.Run(missing.OrderByDescending(static point => point.Width), count, point => done(point.Id), stop.Token);
                return queue.Failures;
            });

            twins.Share(folder);
            return Finish(result, example.Name, folder, points, failures);
        });
        return command;
    }

    private static void Train<TModel, TSize>(
        SweepTrainer<TModel, TSize> trainer, SweepFolder folder, List<SweepPoint> missing, Action<string> done, CancellationToken stop)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        foreach (var point in missing)
        {
            using var held = folder.Lock(point);
            if (trainer.Train(point, folder.Begin(point), stop) is not { } run)
            {
                return;
            }

            folder.Add(run);
            done(run.Loss is { } loss ? string.Create(CultureInfo.InvariantCulture, $"{point.Id}  {loss:F4}") : $"{point.Id}  diverged");
        }
    }

    private static int Finish(ParseResult result, string name, SweepFolder folder, List<SweepPoint> points, IReadOnlyCollection<string> failures)
    {
        var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
        var asked = points.ToHashSet();
        var summary = new SweepSummary([.. folder.Finished().Where(run => asked.Contains(run.Point))]);
        var open = points.Count - summary.Runs.Count;
        if (summary.Runs.Count > 0)
        {
            var optima = new List<(string File, string Axis, IReadOnlyList<SweepCurve> Curves)> { ("optima.csv", summary.AxisName, summary.Curves) };
            if (summary.OverSigma is { Count: > 0 } overSigma)
            {
                optima.Add(("optima-sigma.csv", "σ", overSigma));
            }

            var words = new StringBuilder($"# Sweep of {name}\n");
            folder.Write("runs.csv", SweepTables.Runs(summary.Runs));
            folder.Write("sweep.svg", summary.Figure($"{name}: loss against the {summary.Hyperparameter}").ToSvg());
            foreach (var (file, axis, curves) in optima)
            {
                var (table, drifts) = (SweepTables.Optima(curves, axis), SweepTables.Drifts(curves, axis));
                folder.Write(file, SweepTables.OptimaCsv(curves));
                words.Append(CultureInfo.InvariantCulture, $"\n{table.ToMarkdown()}\n{string.Concat(drifts.Select(static line => $"- {line}\n"))}");
                output.WriteLine();
                table.Print(output, Terminal.Of(output));
                output.WriteLine();
                drifts.ToList().ForEach(output.WriteLine);
            }

            folder.Write("sweep.md", words.ToString());
        }

        if (summary.Runs.Count > 0 && summary.Runs.All(static run => run.Loss is null))
        {
            output.WriteLine(
                "every run diverged: sweep lower learning rates, or check with `train` whether the loss is finite at step 0");
        }

        output.WriteLine(open == 0
            ? $"all {points.Count} runs are finished; everything is in {folder.Path}"
            : $"{open} of {points.Count} runs are not finished: the same command continues in {folder.Path}");
        foreach (var failure in failures)
        {
            error.WriteLine("error: " + failure);
        }

        return failures.Count > 0 ? 1 : 0;
    }
}

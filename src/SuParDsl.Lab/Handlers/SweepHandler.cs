using System.Globalization;
using Spectre.Console;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Slurm;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Handlers;

/// <summary><c>sweep</c>: finds the optimum of a hyperparameter, and whether it shifts with density or width.</summary>
internal static class SweepHandler
{
    /// <summary>Starts a sweep of an example's model, or continues the one in the folder.</summary>
    /// <returns>The exit code: 1 if runs failed.</returns>
    /// <exception cref="UserException">The settings cannot be trained, or the folder holds something else.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, SweepOptions<TSize> options, Streams streams, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        if (options is { Cluster: not null, Workers: > 1 })
        {
            throw new UserException("--workers applies to local runs only; use --tasks with --engine slurm");
        }

        if (options.Refine && options.Shard != Shard.All)
        {
            throw new UserException(
                $"--shard {options.Shard} does not go with --refine, whose rounds depend on the results of all runs before: "
                + "use --workers or --engine slurm, or refine other --densities or --rules elsewhere and --merge them");
        }

        var (data, size) = options.Study.Open(example.Data, TModel.Sizes, streams.Output);
        using var open = data;

        // Refuse settings that cannot be trained before creating the folder.
        var settings = options.Settings(example.Name, size, open.Fingerprint);
        var twins = SweepTwins.Among<TModel, TSize>(settings);
        var folder = SweepFolder.Open(options.Study.Out!, settings);
        foreach (var other in options.Merge)
        {
            folder.Merge(other, settings);
        }

        // With a cluster, training uses the devices of its machines, not of this one.
        var device = options.Cluster is null ? options.Study.Engine.Apply() : torch.CPU;
        folder.WriteToRepeat(options.Study.Repeat);
        folder.Write(SweepFolder.MachineFile, RunJson.Text(RunMachine.Here(device)));
        var trainer = new SweepTrainer<TModel, TSize>(settings, open, example.Loss, device, example.Observers);
        var plan = options.Refine
            ? (ISweepPlan)new SearchPlan(new SweepSearch<TSize>(
                settings, twins,
                example.Tuner ?? (model => new GoldenSection(model.Start, settings.Training.FinalLearningRate))).Next,
                settings.Without)
            : new GridPlan([.. settings.Points()], twins, options.Shard);
        SettingWarnings.Write(streams.Output, SettingWarnings.OfSchedule(settings.Training));
        var failures = TrainRounds(
            plan, folder, twins, streams.Output, (missing, done) => Train(
                trainer, options, folder, missing, Say(streams.Output), done, stop));
        var points = plan.Asked(folder);
        var summary = SweepResults.Write(example.Name, folder, points, failures, options.Refine, streams);
        NextCommands.Write(streams.Output, NextCommands.Of(example.Name).AfterSweep(
            folder.Path, summary, summary.Runs.Count == points.Count, options.Study.Data.Arguments(), options.Refine));
        return failures.Count > 0 ? 1 : 0;
    }

    // Trains round after round until one is empty, or a run is not finished because it failed or the sweep was stopped.
    private static IReadOnlyCollection<string> TrainRounds(
        ISweepPlan plan, SweepFolder folder, SweepTwins twins, TextWriter output,
        Func<List<SweepPoint>, Action<string>, IReadOnlyCollection<string>> train)
    {
        for (var round = 1; ; round++)
        {
            twins.Share(folder);
            var missing = plan.Next(folder);
            if (plan.Describe(folder, round, missing) is { } line)
            {
                output.WriteLine(line);
            }

            if (missing.Count == 0)
            {
                return [];
            }

            var failures = WorkProgress.Watch(
                output, Terminal.Of(output), missing.Count, "runs", done => train(missing, done));
            if (failures.Count > 0 || !missing.All(folder.Has))
            {
                twins.Share(folder);
                return failures;
            }
        }
    }

    private static Action<string> Say(TextWriter output) =>
        Terminal.Of(output) is { } terminal ? terminal.WriteLine : output.WriteLine;

    // Returns the runs that failed, each with its reason. The widest models take longest. Starting with them leaves no worker
    // idle at the end.
    private static IReadOnlyCollection<string> Train<TModel, TSize>(
        SweepTrainer<TModel, TSize> trainer, SweepOptions<TSize> options, SweepFolder folder, List<SweepPoint> missing,
        Action<string> say, Action<string> done, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var engine = options.Study.Engine;
        if (options.Cluster is { } request)
        {
            var worker = Worker<TModel>(Path.GetFullPath(folder.Path), options.Study.Data, engine.ArgumentsElsewhere());
            var jobs = new SlurmSweep(folder, request, [worker.FileName, .. worker.ArgumentList], engine.ThreadsElsewhere);
            return jobs.Run([.. missing.OrderByDescending(static point => point.Width)], say, point => done(point.Id), stop);
        }

        if (options.Workers > 1)
        {
            var queue = new WorkQueue(Worker<TModel>(folder.Path, options.Study.Data, engine.Arguments(options.Workers)));
            queue.Run(
                missing.OrderByDescending(static point => point.Width), options.Workers, point => done(point.Id), stop);
            return queue.Failures;
        }

        TrainHere(trainer, folder, missing, done, stop);
        return [];
    }

    private static System.Diagnostics.ProcessStartInfo Worker<TModel>(string folder, DataChoice data, string[] engine) =>
        OwnProgram.Start(typeof(TModel), ["sweep-worker", folder, .. data.Arguments(), .. engine]);

    private static void TrainHere<TModel, TSize>(
        SweepTrainer<TModel, TSize> trainer, SweepFolder folder, List<SweepPoint> missing, Action<string> done,
        CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
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
            done(run.Loss is { } loss
                ? string.Create(CultureInfo.InvariantCulture, $"{point.Id}  {loss:F4}") : $"{point.Id}  diverged");
        }
    }
}

using System.CommandLine;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Commands;

/// <summary>
/// <c>sweep-worker</c>: a process that trains the runs of a sweep whose names it reads from standard input.
/// See <see cref="WorkQueue"/>.
/// </summary>
internal static class SweepWorkerCommand
{
    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var path = new Argument<string>("folder") { Description = "the sweep's folder" };
        var data = new DataOptions(example.Data);
        var engine = new EngineOptions();
        var command = new Command("sweep-worker", "Trains the runs of a sweep that standard input names") { path };
        command.Hidden = true;
        data.AddTo(command);
        engine.AddTo(command);
        command.SetAction(result =>
        {
            var folder = SweepFolder.Existing(result.GetValue(path)!);
            var settings = folder.ReadSettings<TSize>();
            var points = settings.Points().ToDictionary(static point => point.Id);
            using var open = data.Open(result, settings.Size, isQuiet: true);
            var trainer = new SweepTrainer<TModel, TSize>(settings, open, example.Loss, engine.Apply(result));
            while (Console.In.ReadLine() is { } id)
            {
                if (!points.TryGetValue(id, out var point))
                {
                    throw new UserException($"{folder.Path} has no run '{id}'");
                }

                // The run may be finished already: by this task before the cluster restarted it, or by another process that
                // held the lock. Check before and after taking the lock.
                if (!folder.Has(point))
                {
                    using var held = folder.Lock(point);
                    if (!folder.Has(point) && trainer.Train(point, folder.Begin(point), CancellationToken.None) is { } run)
                    {
                        folder.Add(run);
                    }
                }

                result.InvocationConfiguration.Output.WriteLine(id);
            }

            return 0;
        });
        return command;
    }
}

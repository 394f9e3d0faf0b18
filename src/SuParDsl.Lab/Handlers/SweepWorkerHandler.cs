using SuParDsl.Lab.Data;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>sweep-worker</c>.</summary>
/// <param name="Sweep">The sweep's folder.</param>
internal sealed record SweepWorkerOptions(string Sweep)
{
    /// <summary>The data.</summary>
    public DataChoice Data { get; init; } = new();

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();
}

/// <summary><c>sweep-worker</c>: trains the runs of a sweep whose names it reads. See <see cref="WorkQueue"/>.</summary>
internal static class SweepWorkerHandler
{
    /// <summary>Trains runs until the input ends, and writes the name of each when it is finished.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The folder is not of a sweep, or has no run of a name.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, SweepWorkerOptions options, TextReader input, TextWriter output)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = SweepFolder.Existing(options.Sweep);
        var settings = folder.ReadSettings<TSize>();
        var points = (settings.Refine ? folder.Chosen() : settings.Points()).ToDictionary(static point => point.Id);
        using var open = options.Data.Open(example.Data, TModel.Sizes, settings.Size, progress: null);
        var trainer = new SweepTrainer<TModel, TSize>(
            settings, open, example.Loss, options.Engine.Apply(), example.Observers);
        while (input.ReadLine() is { } id)
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

            output.WriteLine(id);
        }

        return 0;
    }
}

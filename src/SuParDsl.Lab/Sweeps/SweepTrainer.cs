using System.Diagnostics;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Sweeps;

/// <summary>Trains the runs of a sweep, one after another.</summary>
/// <param name="settings">The sweep.</param>
/// <param name="data">The data.</param>
/// <param name="loss">The loss to minimize.</param>
/// <param name="device">The device on which to train.</param>
/// <param name="observe">Create the observers of each run.</param>
internal sealed class SweepTrainer<TModel, TSize>(
    SweepSettings<TSize> settings, OpenData data, Loss loss, Device device,
    IReadOnlyList<Func<ObservedRun, ITrainingObserver>> observe)
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly SizeAxes<TModel, TSize> axes = new();

    /// <summary>Creates the model of a run, with the run's mask method.</summary>
    public TModel Create(SweepPoint point) =>
        settings.TrainingOf(point).Masks.ApplyWhereSparse(TModel.Create(point.Size(axes, settings.Size), point.Seed));

    /// <summary>Trains a run.</summary>
    /// <param name="point">The run.</param>
    /// <param name="folder">An empty folder for the metrics and TensorBoard events.</param>
    /// <param name="stop">Cancels the training.</param>
    /// <returns>The result; null if the training was cancelled.</returns>
    public SweepRun? Train(SweepPoint point, string folder, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        using var model = Create(point);
        _ = model.to(device);
        var training = settings.TrainingOf(point);
        training.Store(model);
        using var events = new EventObserver(folder, new Silence());
        using var observers = RunObservers.Of(events, observe, new(settings.Example, folder, model, training));
        var history = Trainer.Single(model, data, loss, training, device).Run(observers, stop);
        observers.Close();
        AtomicFile.WriteText(Path.Combine(folder, "metrics.csv"), MetricsTable.Of(history));
        if (history.Outcome == Outcome.Interrupted)
        {
            return null;
        }

        var reached = history.Evaluations[^1].Loss;
        var isNumber = history.Outcome == Outcome.Complete && double.IsFinite(reached);
        return new(
            point, isNumber ? Outcome.Complete : Outcome.Diverged, isNumber ? reached : null, history.Steps.Count,
            clock.Elapsed.TotalSeconds);
    }

    private sealed class Silence : ITrainingObserver;
}

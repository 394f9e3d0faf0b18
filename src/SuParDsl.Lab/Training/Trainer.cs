using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>Trains a model.</summary>
/// <param name="model">The model, already on its device and in the requested storage.</param>
/// <param name="data">The training and validation data.</param>
/// <param name="loss">The loss.</param>
/// <param name="options">The training options.</param>
/// <param name="device">The model's device.</param>
/// <param name="group">The processes that train together.</param>
/// <param name="checkpoints">Writes checkpoints, and resumes from the newest one if there is any.</param>
internal sealed class Trainer(
    IModel model, OpenData data, Loss loss, TrainingOptions options, Device device, TrainingGroup group,
    ITrainingCheckpoints checkpoints)
{
    /// <summary>A trainer in this process alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">The options.</param>
    /// <param name="device">The device.</param>
    /// <param name="checkpoints">The checkpoints; null for none.</param>
    public static Trainer Single(
        IModel model, OpenData data, Loss loss, TrainingOptions options, Device device,
        ITrainingCheckpoints? checkpoints = null) =>
        new(model, data, loss, options, device, TrainingGroup.Single(model, options), checkpoints ?? new NoCheckpoints());

    /// <summary>Trains until the last step, or until it is asked to stop.</summary>
    /// <param name="observer">Receives every step and measurement.</param>
    /// <param name="stop">Asks to stop; the current step is finished first.</param>
    public TrainingHistory Run(ITrainingObserver observer, CancellationToken stop)
    {
        var progress = new TrainingProgress(observer);
        using var optimizer = OptimizerChoices.For(options, model);
        group.Shard(optimizer);
        using var updates = new WeightUpdates(model, optimizer, options, group);
        var step = new TrainingStep(model, data, loss, options, device, group);
        var evaluator = new Evaluator(model, data, loss, options, device, group);
        var saver = new RunSaver(model, optimizer, group, checkpoints);
        var history = new TrainingLoop(model, options, optimizer, updates, step, evaluator, saver, group, progress).Run(stop);
        group.MeasureState(optimizer);
        progress.End(history);
        return history;
    }
}

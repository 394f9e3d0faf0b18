using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Training;

/// <summary>
/// The checkpoints that a training run writes and resumes from. A <see cref="Trainer"/> does not know where they are kept.
/// </summary>
internal interface ITrainingCheckpoints
{
    /// <summary>When checkpoints are written, and the response to divergence.</summary>
    CheckpointOptions Options { get; }

    /// <summary>Whether there is a checkpoint to resume from.</summary>
    bool Any { get; }

    /// <summary>
    /// Writes the metrics so far and a checkpoint. The ranks of a sharded optimizer call it together, and rank 0 writes.
    /// </summary>
    void Save(IModel model, MuOptimizer optimizer, TrainingHistory history, double rate);

    /// <summary>
    /// Restores the newest checkpoint and returns the history up to it and the factor on the learning rate. The outcome of the
    /// history says whether the run had ended there.
    /// </summary>
    (TrainingHistory History, double Rate) Load(IModel model, MuOptimizer optimizer);
}

/// <summary>The checkpoints of a run that writes none.</summary>
internal sealed class NoCheckpoints : ITrainingCheckpoints
{
    /// <inheritdoc/>
    public CheckpointOptions Options { get; } = new(Every: 0);

    /// <inheritdoc/>
    public bool Any => false;

    /// <inheritdoc/>
    public void Save(IModel model, MuOptimizer optimizer, TrainingHistory history, double rate)
    {
    }

    /// <inheritdoc/>
    public (TrainingHistory History, double Rate) Load(IModel model, MuOptimizer optimizer) =>
        throw new InvalidOperationException("a run without checkpoints cannot be resumed");
}

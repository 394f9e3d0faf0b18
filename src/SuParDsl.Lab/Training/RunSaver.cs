using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Training;

/// <summary>Saves and restores the training state of a run over its ranks.</summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">The model's optimizer.</param>
/// <param name="group">The processes that train together.</param>
/// <param name="checkpoints">Where checkpoints are kept.</param>
internal sealed class RunSaver(IModel model, MuOptimizer optimizer, TrainingGroup group, ITrainingCheckpoints checkpoints)
{
    /// <summary>When checkpoints are written, and the response to divergence.</summary>
    public CheckpointOptions Options => checkpoints.Options;

    /// <summary>Whether there is a checkpoint to resume from.</summary>
    public bool CanResume() => group.RankZeroFinds(() => checkpoints.Any);

    /// <summary>Restores the newest checkpoint on every rank.</summary>
    /// <returns>The history up to it, and the factor on the learning rate.</returns>
    public (TrainingHistory History, double Rate) Resume()
    {
        var saved = group.RunOnAll(() => checkpoints.Load(model, optimizer));
        group.RequireSameState(saved.History.Steps.Count);
        return saved;
    }

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="history">The history so far.</param>
    /// <param name="rate">The factor on the learning rate.</param>
    public void Save(TrainingHistory history, double rate)
    {
        group.AverageStatistics();

        // A sharded optimizer's state is spread over all ranks, so that each takes part in the save. Rank 0 writes.
        if (group.Writes || optimizer.ShardedOver.Count > 1)
        {
            checkpoints.Save(model, optimizer, history, rate);
        }
    }
}

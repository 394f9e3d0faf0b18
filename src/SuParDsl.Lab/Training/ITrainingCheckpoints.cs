using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Training;

/// <summary>The checkpoints that a training run writes and resumes from. A <see cref="Trainer"/> does not know where they are kept.</summary>
internal interface ITrainingCheckpoints
{
    /// <summary>The response to divergence.</summary>
    OnDivergence OnDivergence { get; }

    /// <summary>Whether there is a checkpoint to resume from.</summary>
    bool Any { get; }

    /// <summary>Whether a checkpoint is due after a number of steps.</summary>
    bool IsDue(int steps);

    /// <summary>Writes the metrics so far and a checkpoint. The ranks of a sharded optimizer call it together, and rank 0 writes.</summary>
    void Save(Model model, MuOptimizer optimizer, TrainingHistory history, double rate);

    /// <summary>Restores the newest checkpoint and returns the history up to it and the factor on the learning rate.</summary>
    (TrainingHistory History, double Rate) Load(Model model, MuOptimizer optimizer);
}

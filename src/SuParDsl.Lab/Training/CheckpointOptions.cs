namespace SuParDsl.Lab.Training;

/// <summary>How a run writes checkpoints and how it responds to divergence.</summary>
/// <param name="Every">
/// The number of steps between two checkpoints; 0 for no checkpoints. One is also written when the run ends or is asked to stop.
/// </param>
/// <param name="Keep">The number of latest checkpoints to keep in addition to the best one.</param>
/// <param name="OnDivergence">The response to a loss or a gradient that is NaN or infinite.</param>
public sealed record CheckpointOptions(int Every = 200, int Keep = 2, OnDivergence OnDivergence = OnDivergence.Stop);

/// <summary>The response to a loss or a gradient that is NaN or infinite. The weights are never updated in such a step.</summary>
public enum OnDivergence
{
    /// <summary>The run ends.</summary>
    Stop,

    /// <summary>The batch is skipped.</summary>
    Skip,

    /// <summary>The run resumes from its last checkpoint with half the learning rate.</summary>
    Back,
}

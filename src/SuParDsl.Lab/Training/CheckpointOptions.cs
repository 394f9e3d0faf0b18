namespace SuParDsl.Lab.Training;

/// <summary>What a run does against being killed, and against going wrong.</summary>
/// <param name="Every">Steps between two checkpoints; one is also written when the run ends or is asked to stop. 0 for none at all.</param>
/// <param name="Keep">How many of the last checkpoints are kept beside the best.</param>
/// <param name="OnDivergence">What follows a loss or a gradient that is no finite number.</param>
public sealed record CheckpointOptions(int Every = 200, int Keep = 2, OnDivergence OnDivergence = OnDivergence.Stop);

/// <summary>What follows a loss or a gradient that is no finite number. The step is never taken.</summary>
public enum OnDivergence
{
    /// <summary>The run ends.</summary>
    Stop,

    /// <summary>The batch is left out.</summary>
    Skip,

    /// <summary>The run goes back to its last checkpoint, with half the learning rate.</summary>
    Back,
}

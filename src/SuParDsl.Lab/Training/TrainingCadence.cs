namespace SuParDsl.Lab.Training;

/// <summary>
/// When a run measures on the validation data and writes checkpoints. What is due after the last step is always done.
/// </summary>
/// <param name="Steps">The number of steps of the run.</param>
/// <param name="EvalEvery">The number of steps between two measurements.</param>
/// <param name="EvalBatches">The number of batches in a measurement.</param>
/// <param name="CheckpointEvery">The number of steps between two checkpoints; 0 for none.</param>
internal sealed record TrainingCadence(int Steps, int EvalEvery, int EvalBatches, int CheckpointEvery)
{
    private const int FinalEvalFactor = 4;

    /// <summary>The number of batches in the measurement after the last step.</summary>
    public int FinalEvalBatches => FinalEvalFactor * EvalBatches;

    /// <summary>The cadence that some options ask for.</summary>
    public static TrainingCadence Of(TrainingOptions training, CheckpointOptions checkpoints) =>
        new(training.Steps, training.EvalEvery, training.EvalBatches, checkpoints.Every);

    /// <summary>Whether to measure after a number of steps, if it is not the last one.</summary>
    public bool EvaluatesAfter(int steps) => steps % EvalEvery == 0 && steps < Steps;

    /// <summary>Whether to write a checkpoint after a number of steps, if it is not the last one.</summary>
    public bool SavesAfter(int steps) => CheckpointEvery > 0 && steps % CheckpointEvery == 0 && steps < Steps;
}

namespace SuParDsl.Lab.Training;

/// <summary>What one step did.</summary>
/// <param name="Step">How many steps are done with it.</param>
/// <param name="Loss">Its training loss.</param>
/// <param name="LearningRate">The base learning rate that it took.</param>
/// <param name="GradientNorm">The global gradient norm before clipping.</param>
/// <param name="UnitsPerSecond">The recent speed in units of the data.</param>
/// <param name="Seconds">The time since the run began.</param>
internal sealed record StepMetrics(int Step, double Loss, double LearningRate, double GradientNorm, double UnitsPerSecond, double Seconds);

/// <summary>A measurement on the validation part of the data.</summary>
/// <param name="Step">How many steps were done before it.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Units">How many units it is the mean of.</param>
/// <param name="Accuracy">The share of units whose likeliest class was right; null where the loss knows no classes.</param>
internal sealed record Evaluation(int Step, double Loss, long Units, double? Accuracy = null);

/// <summary>What a tensor's mask was after an update of masks.</summary>
/// <param name="Step">The step.</param>
/// <param name="Tensor">The tensor's full name.</param>
/// <param name="Density">The share of its weights that are kept.</param>
/// <param name="Share">The measured share q of a full step that its mask lets through; null where it is not measured.</param>
internal sealed record MaskState(int Step, string Tensor, double Density, double? Share);

/// <summary>A run, as far as it came.</summary>
/// <param name="Steps">Its steps.</param>
/// <param name="Evaluations">Its measurements; the last one is at its end.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record TrainingHistory(IReadOnlyList<StepMetrics> Steps, IReadOnlyList<Evaluation> Evaluations, Outcome Outcome)
{
    /// <summary>Its masks after each update; nothing where they do not move.</summary>
    public IReadOnlyList<MaskState> Masks { get; init; } = [];
}

/// <summary>How a run ended.</summary>
internal enum Outcome
{
    /// <summary>Every step was done.</summary>
    Complete,

    /// <summary>It was asked to stop.</summary>
    Interrupted,

    /// <summary>The loss left the numbers.</summary>
    Diverged,
}

/// <summary>Is told what happens while a model trains.</summary>
internal interface ITrainingObserver
{
    /// <summary>Training begins, or goes on from a checkpoint: whatever was told of later steps has not happened.</summary>
    /// <param name="last">The last step that holds, 0 for the measurement before the first one; −1 for none.</param>
    void Begun(int last)
    {
    }

    /// <summary>A step is done.</summary>
    void Stepped(StepMetrics step);

    /// <summary>A measurement is done.</summary>
    void Evaluated(Evaluation evaluation);

    /// <summary>Masks have moved, or were measured.</summary>
    void MasksMoved(IReadOnlyList<MaskState> masks)
    {
    }

    /// <summary>A step was not taken.</summary>
    /// <param name="step">The step.</param>
    /// <param name="cause">Where the numbers first went bad.</param>
    void Diverged(int step, string cause)
    {
    }
}

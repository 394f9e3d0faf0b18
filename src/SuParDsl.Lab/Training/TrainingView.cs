using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Training;

/// <summary>Shows a run while it goes on.</summary>
internal interface ITrainingView
{
    /// <summary>Runs training with an observer that shows it.</summary>
    /// <param name="steps">How many steps it will have.</param>
    /// <param name="train">The training.</param>
    TrainingHistory Watch(int steps, Func<ITrainingObserver, TrainingHistory> train);
}

/// <summary>Chooses a view.</summary>
internal static class TrainingView
{
    /// <summary>A progress bar where somebody looks on, plain lines otherwise.</summary>
    /// <param name="output">Where to show it.</param>
    /// <param name="loss">What becomes small.</param>
    /// <param name="unit">What one target is.</param>
    /// <param name="inLines">Lines in any case: mpirun gives its ranks a terminal where its own output has none.</param>
    public static ITrainingView For(TextWriter output, Loss loss, string unit, bool inLines = false) =>
        !inLines && Terminal.Of(output) is { } terminal ? new ProgressBarView(terminal, loss, unit) : new PlainView(output, loss, unit);

    /// <summary>A measurement in one line.</summary>
    public static string Line(Evaluation evaluation, int steps, Loss loss, string unit) =>
        $"step {evaluation.Step}/{steps}  validation {loss.Describe(evaluation, unit)}";

    /// <summary>A divergence in one line.</summary>
    public static string Line(int step, string cause) => $"step {step}  not finite, first in {cause}: the step is not taken";

    /// <summary>The time that the steps still to come will take.</summary>
    public static TimeSpan Left(StepMetrics step, int steps) => TimeSpan.FromSeconds(step.Seconds / step.Step * (steps - step.Step));
}

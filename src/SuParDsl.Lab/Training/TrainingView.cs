using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Training;

/// <summary>Shows the progress of a run.</summary>
internal interface ITrainingView
{
    /// <summary>Runs training with an observer that shows it.</summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="train">The training.</param>
    TrainingHistory Watch(int steps, Func<ITrainingObserver, TrainingHistory> train);
}

/// <summary>Chooses a view.</summary>
internal static class TrainingView
{
    /// <summary>A progress bar on a terminal, plain lines otherwise.</summary>
    /// <param name="output">The output to write to.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="unit">The unit of the data: what one target is.</param>
    /// <param name="inLines">
    /// Whether to use plain lines on a terminal, too: mpirun gives its ranks one even if its own output is a file.
    /// </param>
    public static ITrainingView For(TextWriter output, Loss loss, string unit, bool inLines = false) =>
        !inLines && Terminal.Of(output) is { } terminal
            ? new ProgressBarView(terminal, loss, unit)
            : new PlainView(output, loss, unit);

    /// <summary>A measurement in one line.</summary>
    public static string Line(Evaluation evaluation, int steps, Loss loss, string unit) =>
        $"step {evaluation.Step}/{steps}  validation {loss.Describe(evaluation, unit)}";

    /// <summary>A divergence in one line.</summary>
    public static string Line(int step, string cause) => $"step {step}  NaN or infinite, first in {cause}: the step is skipped";

    /// <summary>The time that the steps still to come will take.</summary>
    public static TimeSpan Left(StepMetrics step, int steps) =>
        TimeSpan.FromSeconds(step.Seconds / step.Step * (steps - step.Step));
}

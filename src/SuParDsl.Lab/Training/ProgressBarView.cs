using System.Globalization;
using Spectre.Console;

namespace SuParDsl.Lab.Training;

/// <summary>A run as a progress bar with the loss, the speed and the time left; measurements stand as lines above it.</summary>
internal sealed class ProgressBarView(Loss loss, string unit) : ITrainingView
{
    // With the longest description a line of 80 columns.
    private const int BarWidth = 20;

    /// <inheritdoc/>
    public TrainingHistory Watch(int steps, Func<ITrainingObserver, TrainingHistory> train) => AnsiConsole.Progress()
        .AutoClear(false)
        .HideCompleted(false)
        .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context => train(new Observer(context.AddTask("starting", maxValue: steps), steps, loss, unit)));

    private sealed class Observer(ProgressTask task, int steps, Loss loss, string unit) : ITrainingObserver
    {
        private const double Smoothing = 0.05;

        private double smoothLoss = double.NaN;

        /// <inheritdoc/>
        public void Stepped(StepMetrics step)
        {
            smoothLoss = double.IsNaN(smoothLoss) ? step.Loss : smoothLoss + (Smoothing * (step.Loss - smoothLoss));
            var left = TrainingView.Clock(TrainingView.Left(step, steps));
            task.Description = string.Create(
                CultureInfo.InvariantCulture,
                $"{step.Step}/{steps}  loss [bold]{smoothLoss:F3}[/]  {step.UnitsPerSecond:F0} {unit}s/s  {left} left");
            task.Value = step.Step;
        }

        /// <inheritdoc/>
        public void Evaluated(Evaluation evaluation) => AnsiConsole.WriteLine(TrainingView.Line(evaluation, steps, loss, unit));
    }
}

using System.Globalization;
using Spectre.Console;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Training;

/// <summary>
/// Shows a run as a progress bar with the loss, the speed and the time left, and measurements as lines above it.
/// </summary>
internal sealed class ProgressBarView(IAnsiConsole terminal, Loss loss, string unit) : ITrainingView
{
    /// <inheritdoc/>
    public TrainingHistory Watch(int steps, Func<ITrainingObserver, TrainingHistory> train) => Terminal.Bar(terminal)
        .Start(context => train(new Observer(terminal, context.AddTask("starting", maxValue: steps), steps, loss, unit)));

    private sealed class Observer(IAnsiConsole terminal, ProgressTask task, int steps, Loss loss, string unit) : ITrainingObserver
    {
        private const double Smoothing = 0.05;

        private double smoothLoss = double.NaN;

        /// <inheritdoc/>
        public void Stepped(StepMetrics step)
        {
            smoothLoss = double.IsNaN(smoothLoss) ? step.Loss : smoothLoss + (Smoothing * (step.Loss - smoothLoss));
            var left = Clock.Text(TrainingView.Left(step, steps));
            task.Description = string.Create(
                CultureInfo.InvariantCulture,
                $"{step.Step}/{steps}  loss [bold]{smoothLoss:F3}[/]  {step.UnitsPerSecond:F0} {unit}s/s  {left} left");
            task.Value = step.Step;
        }

        /// <inheritdoc/>
        public void Evaluated(Evaluation evaluation) => terminal.WriteLine(TrainingView.Line(evaluation, steps, loss, unit));

        /// <inheritdoc/>
        public void Diverged(int step, string cause) => terminal.WriteLine(TrainingView.Line(step, cause));
    }
}

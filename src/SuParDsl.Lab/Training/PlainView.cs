using SuParDsl.Lab.Text;
using System.Globalization;

namespace SuParDsl.Lab.Training;

/// <summary>Shows a run as plain lines: one for each measurement, and about 20 for the steps.</summary>
internal sealed class PlainView(TextWriter output, Loss loss, string unit) : ITrainingView, ITrainingObserver
{
    private const int Lines = 20;

    private int steps;

    /// <inheritdoc/>
    public TrainingHistory Watch(int steps, Func<ITrainingObserver, TrainingHistory> train)
    {
        this.steps = steps;
        return train(this);
    }

    /// <inheritdoc/>
    public void Stepped(StepMetrics step)
    {
        if (step.Step == steps || step.Step == 1 || step.Step % Math.Max(1, steps / Lines) == 0)
        {
            var left = Clock.Text(TrainingView.Left(step, steps));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"step {step.Step}/{steps}  loss {step.Loss:F4}  {step.UnitsPerSecond:F0} {unit}s/s  {left} left"));
        }
    }

    /// <inheritdoc/>
    public void Evaluated(Evaluation evaluation) => output.WriteLine(TrainingView.Line(evaluation, steps, loss, unit));

    /// <inheritdoc/>
    public void Diverged(int step, string cause) => output.WriteLine(TrainingView.Line(step, cause));
}

using SuParDsl.Lab.Data;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Training;

/// <summary>A step of a learning-rate range test.</summary>
/// <param name="LearningRate">Its base learning rate.</param>
/// <param name="Loss">The smoothed training loss.</param>
internal sealed record RangeStep(double LearningRate, double Loss);

/// <summary>The result of a learning-rate range test (Smith, arXiv 1506.01186).</summary>
/// <param name="Steps">The steps up to divergence.</param>
/// <param name="Diverged">
/// The learning rate at which the loss left the finite numbers or rose far above its minimum; null if it did not.
/// </param>
internal sealed record RangeTest(IReadOnlyList<RangeStep> Steps, double? Diverged)
{
    /// <summary>The step at which the loss falls fastest over log₂ of the learning rate; null if it never falls.</summary>
    public RangeStep? Steepest { get; } = WithSteepestFall(Steps);

    /// <summary>The step with the smallest loss; null if there is none.</summary>
    public RangeStep? Smallest => Steps.MinBy(static step => step.Loss);

    // The slope over an octave on both sides, from sums over a window that slides over the steps. Less than rounding is no fall.
    private static RangeStep? WithSteepestFall(IReadOnlyList<RangeStep> steps)
    {
        var (best, steepest) = ((RangeStep?)null, 0.0);
        var (from, to, x, y, xx, xy) = (0, 0, 0.0, 0.0, 0.0, 0.0);
        foreach (var step in steps)
        {
            for (; to < steps.Count && Octaves(steps[to], step) <= 1 + 1e-9; to++)
            {
                Add(steps[to], 1);
            }

            for (; Octaves(step, steps[from]) > 1 + 1e-9; from++)
            {
                Add(steps[from], -1);
            }

            var count = to - from;
            var spread = xx - (x * x / count);
            var slope = spread > 1e-9 ? (xy - (x * y / count)) / spread : 0;
            if (slope < steepest && slope < -1e-6 * Math.Abs(step.Loss))
            {
                (best, steepest) = (step, slope);
            }
        }

        return best;

        // Relative to the first step, so that the sums do not cancel.
        void Add(RangeStep step, int sign)
        {
            var (u, v) = (Octaves(step, steps[0]), step.Loss - steps[0].Loss);
            (x, y, xx, xy) = (x + (sign * u), y + (sign * v), xx + (sign * u * u), xy + (sign * u * v));
        }

        static double Octaves(RangeStep high, RangeStep low) => Math.Log2(high.LearningRate / low.LearningRate);
    }
}

/// <summary>Raises the learning rate exponentially from step to step, and records the loss.</summary>
internal static class RateFinder
{
    // As in fastai: the loss is smoothed with 0.98, and the test ends where it is four times its minimum. A loss below 0 has no
    // such multiple: it ends the test where it has risen above its beginning by three times its size and its fall.
    private const double Smoothing = 0.98, MostRise = 4;

    /// <summary>Runs the test.</summary>
    /// <param name="model">The model, already on its device and in the requested storage. It is trained.</param>
    /// <param name="data">The data.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="options">The training options, of which the schedule of the learning rate is not used.</param>
    /// <param name="device">The device.</param>
    /// <param name="range">The first and the last learning rate.</param>
    /// <param name="stop">Asks to stop; the current step is finished first.</param>
    public static RangeTest Run(
        IModel model, OpenData data, Loss loss, TrainingOptions options, Device device, (double Low, double High) range,
        CancellationToken stop)
    {
        using var group = TrainingGroup.Single(model, options);
        using var optimizer = OptimizerChoices.For(options, model);
        using var updates = new WeightUpdates(model, optimizer, options, group);
        var step = new TrainingStep(model, data, loss, options, device, group);
        var (done, mean, least, first) = (new List<RangeStep>(), 0.0, double.PositiveInfinity, (double?)null);
        model.train();
        updates.Begin(done: 0);
        manual_seed(options.Seed);
        for (var index = 0; index < options.Steps && !stop.IsCancellationRequested; index++)
        {
            var rate = range.Low * Math.Pow(range.High / range.Low, index / Math.Max(1.0, options.Steps - 1));
            optimizer.Lr = rate;
            var result = step.Run(updates, index);
            mean = (Smoothing * mean) + ((1 - Smoothing) * result.Loss);
            var smooth = mean / (1 - Math.Pow(Smoothing, index + 1));
            first ??= smooth;
            var most = least > 0
                ? MostRise * least : first.Value + ((MostRise - 1) * (Math.Abs(first.Value) + first.Value - least));
            if (result.Cause is not null || smooth > most)
            {
                return new(done, rate);
            }

            least = Math.Min(least, smooth);
            done.Add(new(rate, smooth));
        }

        return new(done, Diverged: null);
    }
}

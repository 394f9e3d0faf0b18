using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>A run's losses over its steps.</summary>
internal static class LossChart
{
    // More points than pixels only make the file larger.
    private const int MaxPoints = 400;

    /// <summary>The chart of a run.</summary>
    /// <param name="title">What the run was.</param>
    /// <param name="label">What the loss is in.</param>
    /// <param name="history">The run.</param>
    public static LineChart Of(string title, string label, TrainingHistory history) => new(
        title,
        "step",
        label,
        [
            new("training", Thin([.. history.Steps.Select(static step => new ChartPoint(step.Step, step.Loss))]), HasMarkers: false),
            new("validation", [.. history.Evaluations.Select(static e => new ChartPoint(e.Step, e.Loss))], HasMarkers: true),
        ]);

    /// <summary>The means of equal runs of points.</summary>
    private static ChartPoint[] Thin(ChartPoint[] points) =>
    [
        .. points.Chunk(Math.Max(1, (points.Length + MaxPoints - 1) / MaxPoints))
            .Select(static chunk => new ChartPoint(chunk.Average(static p => p.X), chunk.Average(static p => p.Y))),
    ];
}

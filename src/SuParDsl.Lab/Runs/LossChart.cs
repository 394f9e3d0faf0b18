using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>Charts the losses of a run over its steps.</summary>
internal static class LossChart
{
    /// <summary>Creates the chart of a run.</summary>
    /// <param name="title">The title of the chart.</param>
    /// <param name="label">The axis label of the loss.</param>
    /// <param name="history">The history of the run.</param>
    public static PanelFigure Of(string title, string label, TrainingHistory history)
    {
        var training = new PanelSeries(
            "training", ChartPoints.Thin([.. history.Steps.Select(static step => new ChartPoint(step.Step, step.Loss))]))
        {
            HasMarkers = false,
        };
        var validation = new PanelSeries(
            "validation", [.. history.Evaluations.Select(static e => new ChartPoint(e.Step, e.Loss))]);
        return new(title, "step", label, Columns: 1, [new(string.Empty, [training, validation])], HasLogY: false)
        {
            HasLogX = false,
            IsPair = true,
            Size = FigureSize.Large,
        };
    }
}

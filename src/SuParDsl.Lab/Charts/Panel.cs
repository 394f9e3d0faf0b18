namespace SuParDsl.Lab.Charts;

/// <summary>A point of a line.</summary>
internal readonly record struct ChartPoint(double X, double Y);

/// <summary>One of the charts of a figure.</summary>
/// <param name="Title">The title above the panel; empty for none.</param>
/// <param name="Series">Its lines. Names and colours are common to all panels of a figure.</param>
internal sealed record Panel(string Title, IReadOnlyList<PanelSeries> Series);

/// <summary>A line of a panel.</summary>
/// <param name="Name">Its name in the legend. Lines with the same name have the same colour in all panels.</param>
/// <param name="Points">Its points, from left to right. Points that are not finite are omitted.</param>
/// <param name="Mark">A point to mark; null for none.</param>
/// <param name="Doubtful">
/// The x values of points with fewer runs than the others. They are drawn hollow and not joined to the line.
/// </param>
internal sealed record PanelSeries(
    string Name, IReadOnlyList<ChartPoint> Points, ChartPoint? Mark = null, IReadOnlyList<double>? Doubtful = null)
{
    /// <summary>Whether each point is marked. Without marks, a point appears only under the pointer, with its values.</summary>
    public bool HasMarkers { get; init; } = true;
}

namespace SuParDsl.Lab.Charts;

/// <summary>One of several small charts with logarithmic axes.</summary>
/// <param name="Title">The title above the panel.</param>
/// <param name="Series">Its lines. Names and colours are common to all panels of a figure.</param>
internal sealed record Panel(string Title, IReadOnlyList<PanelSeries> Series);

/// <summary>A line of a panel.</summary>
/// <param name="Name">Its name in the legend. Lines with the same name have the same colour in all panels.</param>
/// <param name="Points">Its points, from left to right. Points that are not finite are omitted.</param>
/// <param name="Mark">A point to mark; null for none.</param>
/// <param name="Doubtful">
/// The x values of points with fewer runs than the others. They are drawn hollow and not joined to the line.
/// </param>
internal sealed record PanelSeries(string Name, IReadOnlyList<ChartPoint> Points, ChartPoint? Mark = null, IReadOnlyList<double>? Doubtful = null);

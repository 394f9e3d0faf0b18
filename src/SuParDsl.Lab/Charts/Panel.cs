namespace SuParDsl.Lab.Charts;

/// <summary>One of several small charts with logarithmic axes.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Series">Its lines; all panels of a figure share their names and colours.</param>
internal sealed record Panel(string Title, IReadOnlyList<PanelSeries> Series);

/// <summary>A line of a panel.</summary>
/// <param name="Name">Its name in the legend; panels' lines of one name have one colour.</param>
/// <param name="Points">Its points, from left to right; what is not finite is left out.</param>
/// <param name="Mark">A point to mark; null for none.</param>
/// <param name="Doubtful">The places of points that stand for fewer runs than the others; they are drawn hollow, off the line.</param>
internal sealed record PanelSeries(string Name, IReadOnlyList<ChartPoint> Points, ChartPoint? Mark = null, IReadOnlyList<double>? Doubtful = null);

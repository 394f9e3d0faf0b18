namespace SuParDsl.Lab.Charts;

/// <summary>Where the parts of a figure are, in pixels, so that no text is printed over another.</summary>
internal sealed class FigureLayout
{
    private const double SmallestLeft = 76, Right = 28, LegendLine = 44, Gap = 16;

    private readonly FigureSize size;
    private readonly int entriesPerLine;
    private readonly double legendStep, legendTop, columnStep, rowStep, top;

    /// <param name="figure">The figure.</param>
    /// <param name="legend">The names in the legend.</param>
    /// <param name="axes">The axes of each row.</param>
    public FigureLayout(PanelFigure figure, IReadOnlyList<string> legend, IReadOnlyList<PanelAxes> axes)
    {
        size = figure.Size;
        TickY = size.Letter + 6;
        XLabelY = TickY + size.Letter + 5;
        var tickWidth = axes.SelectMany(static row => row.YTicks).Select(tick => size.Width(tick.Text)).DefaultIfEmpty().Max();
        YLabelX = tickWidth + 6 + (size.Letter / 2) + 4;
        Left = Math.Max(SmallestLeft, YLabelX + size.Letter + 8);

        var widest = figure.Panels.Select(panel => size.Width(panel.Title)).Append(size.PanelWidth).Max();
        var columns = Math.Min(figure.Columns, figure.Panels.Count);
        columnStep = Math.Max(size.PanelWidth + Left, Math.Max(widest, size.Width(figure.XLabel)) + Gap);
        legendStep = LegendLine + legend.Select(size.Width).DefaultIfEmpty().Max();
        Width = new[]
        {
            size.SmallestWidth, Left + size.TitleWidth(figure.Title) + Gap, legend.Count > 0 ? Left + legendStep : 0,
            Left + (columnStep * (columns - 1)) + widest + Right,
        }.Max();
        entriesPerLine = Math.Max(1, (int)((Width - Left) / legendStep));

        var lines = (legend.Count + entriesPerLine - 1) / entriesPerLine;
        TitleY = size.TitleLetter + 14;
        legendTop = TitleY + size.Letter + 11;

        var below = legend.Count > 0 ? 44 : size.Letter;

        // A turned label that is longer than a panel is high needs room above and below.
        var (turned, excess) = (size.Width(figure.YLabel), (size.Width(figure.YLabel) - size.PanelHeight) / 2);
        top = legendTop + (LegendLineHeight * Math.Max(0, lines - 1)) + Math.Max(below, excess + Gap);
        rowStep = Math.Max(size.PanelHeight + XLabelY + 33, turned + Gap);
        Height = top + (axes.Count * rowStep);
    }

    /// <summary>The width of the figure.</summary>
    public double Width { get; }

    /// <summary>The height of the figure.</summary>
    public double Height { get; }

    /// <summary>The left edge of the title and of the first panel.</summary>
    public double Left { get; }

    /// <summary>The baseline of the title.</summary>
    public double TitleY { get; }

    /// <summary>The distance from a panel's lower edge to the labels of its ticks.</summary>
    public double TickY { get; }

    /// <summary>The distance from a panel's lower edge to the label of its horizontal axis.</summary>
    public double XLabelY { get; }

    /// <summary>The distance from a panel's left edge to the label of its vertical axis.</summary>
    public double YLabelX { get; }

    private double LegendLineHeight => size.Letter + 9;

    /// <summary>The position of an entry of the legend.</summary>
    public (double X, double Y) Entry(int index) =>
        (Left + (index % entriesPerLine * legendStep), legendTop + (LegendLineHeight * (index / entriesPerLine)));

    /// <summary>The upper left corner of a panel.</summary>
    public (double X, double Y) Corner(int row, int column) => (Left + (columnStep * column), top + (rowStep * row));
}

using System.Globalization;

namespace SuParDsl.Lab.Charts;

/// <summary>
/// One chart or a grid of charts as an SVG that follows the reader's light or dark theme. Panels of a row share their axes, and
/// points show their values in tooltips.
/// </summary>
/// <param name="Title">The title above the panels.</param>
/// <param name="XLabel">The label of the horizontal axes.</param>
/// <param name="YLabel">The label of the vertical axes.</param>
/// <param name="Columns">The number of panels in a row.</param>
/// <param name="Panels">The panels, row by row.</param>
/// <param name="HasLogY">Whether the vertical axes are log₂ instead of linear.</param>
internal sealed record PanelFigure(
    string Title, string XLabel, string YLabel, int Columns, IReadOnlyList<Panel> Panels, bool HasLogY)
{
    private const string Optimum = "optimum";

    /// <summary>Whether the horizontal axes are log₂ instead of linear.</summary>
    public bool HasLogX { get; init; } = true;

    /// <summary>Whether the figure's lines are two that have no order, such as training and validation.</summary>
    public bool IsPair { get; init; }

    /// <summary>Whether the figure names its lines. A page that names them elsewhere needs no legend here.</summary>
    public bool HasLegend { get; init; } = true;

    /// <summary>The sizes of panels and letters.</summary>
    public FigureSize Size { get; init; } = FigureSize.Small;

    /// <summary>The figure as SVG.</summary>
    public string ToSvg()
    {
        var names = Panels.SelectMany(static panel => panel.Series).Select(static series => series.Name).Distinct().ToList();
        var hasMarks = Panels.Any(static panel => panel.Series.Any(static series => series.Mark is not null));
        var rows = Panels.Chunk(Columns).Select(panels => (Panels: panels, Axes: Axes(panels))).ToList();
        string[] legend = HasLegend ? [.. names, .. hasMarks ? new[] { Optimum } : []] : [];
        var layout = new FigureLayout(this, legend, [.. rows.Select(static row => row.Axes)]);
        var style = PanelStyle.Of(names.Count, IsPair, Size);
        var svg = new SvgText(layout.Width, layout.Height, style, Title, (layout.Left, layout.TitleY));
        if (HasLegend)
        {
            DrawLegend(svg, layout, names, hasMarks);
        }

        foreach (var (row, (panels, axes)) in rows.Index())
        {
            foreach (var (column, panel) in panels.Index())
            {
                var corner = layout.Corner(row, column);
                DrawAxes(svg, panel, axes, layout, corner);
                foreach (var series in panel.Series)
                {
                    Draw(svg, series, names.IndexOf(series.Name), axes, corner);
                }
            }
        }

        return svg.ToString();
    }

    private PanelAxes Axes(IEnumerable<Panel> panels) => PanelAxes.Around(
        [.. panels.SelectMany(static panel => panel.Series).SelectMany(static series => series.Points)], HasLogX, HasLogY, Size);

    private void DrawLegend(SvgText svg, FigureLayout layout, List<string> names, bool hasMarks)
    {
        var baseline = 0.36 * Size.Letter;
        foreach (var (i, name) in names.Index())
        {
            var (x, y) = layout.Entry(i);
            svg.Line($"""<line class="line s{i}" x1="{x}" y1="{y}" x2="{x + 22}" y2="{y}"/>""");
            svg.Line($"""<text class="legend" x="{x + 27}" y="{y + baseline:F1}">{SvgText.Escape(name)}</text>""");
        }

        if (hasMarks)
        {
            var (x, y) = layout.Entry(names.Count);
            svg.Line($"""<circle class="axis" cx="{x + 11}" cy="{y}" r="6"/>""");
            svg.Line($"""<text class="legend" x="{x + 27}" y="{y + baseline:F1}">{Optimum}</text>""");
        }
    }

    private void DrawAxes(SvgText svg, Panel panel, PanelAxes axes, FigureLayout layout, (double X, double Y) corner)
    {
        var (left, top) = corner;
        var (right, bottom) = (left + Size.PanelWidth, top + Size.PanelHeight);
        foreach (var (at, text) in axes.YTicks)
        {
            var y = bottom - (at * Size.PanelHeight);
            svg.Line($"""<line class="grid" x1="{left}" y1="{y:F1}" x2="{right}" y2="{y:F1}"/>""");
            svg.Line($"""<text x="{left - 6}" y="{y + (0.36 * Size.Letter):F1}" text-anchor="end">{text}</text>""");
        }

        foreach (var (at, text) in axes.XTicks)
        {
            var x = left + (at * Size.PanelWidth);
            svg.Line($"""<line class="axis" x1="{x:F1}" y1="{bottom}" x2="{x:F1}" y2="{bottom + 4}"/>""");
            svg.Line($"""<text x="{x:F1}" y="{bottom + layout.TickY}" text-anchor="middle">{text}</text>""");
        }

        svg.Line($"""<path class="axis" d="M{left} {top}V{bottom}H{right}"/>""");
        if (panel.Title.Length > 0)
        {
            svg.Line($"""<text class="label" x="{left}" y="{top - 8}">{SvgText.Escape(panel.Title)}</text>""");
        }

        var middle = (X: left + (Size.PanelWidth / 2), Y: top + (Size.PanelHeight / 2));
        var below = string.Create(CultureInfo.InvariantCulture, $"x=\"{middle.X}\" y=\"{bottom + layout.XLabelY}\"");
        var turned = string.Create(CultureInfo.InvariantCulture, $"translate({left - layout.YLabelX:F1} {middle.Y}) rotate(-90)");
        svg.Line($"""<text class="label" {below} text-anchor="middle">{SvgText.Escape(XLabel)}</text>""");
        svg.Line($"""<text class="label" transform="{turned}" text-anchor="middle">{SvgText.Escape(YLabel)}</text>""");
    }

    private void Draw(SvgText svg, PanelSeries series, int colour, PanelAxes axes, (double X, double Y) corner)
    {
        var points = series.Points.Where(axes.Holds).ToList();
        var firm = points.Where(p => series.Doubtful?.Contains(p.X) != true).ToList();
        var path = string.Join(' ', firm.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p):F1},{Y(p):F1}")));
        svg.Line($"""<polyline class="line s{colour}" points="{path}"/>""");
        foreach (var p in points)
        {
            var (kind, note) = !firm.Contains(p)
                ? ("hollow s", ", some diverged")
                : (series.HasMarkers ? "m" : "unseen s", string.Empty);
            var words = string.Create(CultureInfo.InvariantCulture, $"{series.Name}: {axes.XText(p.X)} → {p.Y:G4}{note}");
            Circle($"{kind}{colour}", p, Size.Dot, words);
        }

        if (series.Mark is { } mark && axes.Holds(mark))
        {
            var words = string.Create(CultureInfo.InvariantCulture, $"{series.Name}: {Optimum} {mark.X:G4} → {mark.Y:G4}");
            Circle($"ring s{colour}", mark, 6, words);
        }

        void Circle(string kind, ChartPoint p, double radius, string words)
        {
            var title = $"<title>{SvgText.Escape(words)}</title>";
            svg.Line($"""<circle class="{kind}" cx="{X(p):F1}" cy="{Y(p):F1}" r="{radius}">{title}</circle>""");
        }

        double X(ChartPoint p) => corner.X + (axes.X(p) * Size.PanelWidth);
        double Y(ChartPoint p) => corner.Y + ((1 - Math.Clamp(axes.Y(p), 0, 1)) * Size.PanelHeight);
    }
}

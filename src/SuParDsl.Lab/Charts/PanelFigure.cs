using System.Globalization;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Charts;

/// <summary>
/// A grid of panels as an SVG that follows the reader's light or dark theme. The horizontal axis is log₂. Panels of a row share
/// their vertical axis, and points show their values in tooltips.
/// </summary>
/// <param name="Title">The title above the panels.</param>
/// <param name="XLabel">The label of the horizontal axes.</param>
/// <param name="YLabel">The label of the vertical axes.</param>
/// <param name="Columns">The number of panels in a row.</param>
/// <param name="Panels">The panels, row by row.</param>
/// <param name="HasLogY">Whether the vertical axis is also log₂.</param>
internal sealed record PanelFigure(string Title, string XLabel, string YLabel, int Columns, IReadOnlyList<Panel> Panels, bool HasLogY)
{
    private const double PanelWidth = 250;
    private const double PanelHeight = 150;
    private const double GapX = 78;
    private const double GapY = 66;
    private const double Top = 96;
    private const double LegendLetter = 6.5;
    private const double TitleLetter = 10;
    private const double LegendLine = 44;

    /// <summary>The figure as SVG.</summary>
    public string ToSvg()
    {
        var names = Panels.SelectMany(static panel => panel.Series).Select(static series => series.Name).Distinct().ToList();
        var rows = Panels.Chunk(Columns).ToList();
        var width = Math.Max(GapX + (TitleLetter * Title.Length), Math.Max(480, GapX + (Columns * (PanelWidth + GapX)) - 50));
        var legendStep = LegendLine + (LegendLetter * names.Select(static name => name.Length).DefaultIfEmpty().Max());
        var perLine = Math.Max(1, (int)((width - GapX) / legendStep));
        var legendLines = (names.Count + perLine - 1) / perLine;
        var top = Top + (20 * (legendLines - 1));
        var height = top + (rows.Count * (PanelHeight + GapY));
        var svg = new SvgText(width, height, PanelStyle.Of(names.Count), Title, (GapX, 30));
        foreach (var (i, name) in names.Index())
        {
            var (x, y) = (GapX + (i % perLine * legendStep), 52 + (20 * (i / perLine)));
            svg.Line($"""<line class="line s{i}" x1="{x}" y1="{y}" x2="{x + 22}" y2="{y}"/>""");
            svg.Line($"""<text class="legend" x="{x + 27}" y="{y + 4}">{SvgText.Escape(name)}</text>""");
        }

        if (Panels.Any(static panel => panel.Series.Any(static series => series.Mark is not null)))
        {
            svg.Line($"""<circle class="axis" cx="{width - 76}" cy="26" r="6"/><text class="legend" x="{width - 64}" y="30">optimum</text>""");
        }

        foreach (var (row, panels) in rows.Index())
        {
            var area = PanelAxes.Around([.. panels.SelectMany(static panel => panel.Series).SelectMany(static series => series.Points)], HasLogY);
            foreach (var (column, panel) in panels.Index())
            {
                Draw(svg, panel, area, names, GapX + (column * (PanelWidth + GapX)), top + (row * (PanelHeight + GapY)));
            }
        }

        return svg.ToString();
    }

    private void Draw(SvgText svg, Panel panel, PanelAxes axes, List<string> names, double left, double top)
    {
        var bottom = top + PanelHeight;
        foreach (var (at, text) in axes.YTicks)
        {
            var y = bottom - (at * PanelHeight);
            svg.Line($"""<line class="grid" x1="{left}" y1="{y:F1}" x2="{left + PanelWidth}" y2="{y:F1}"/>""");
            svg.Line($"""<text x="{left - 6}" y="{y + 4:F1}" text-anchor="end">{text}</text>""");
        }

        foreach (var (at, text) in axes.XTicks)
        {
            var x = left + (at * PanelWidth);
            svg.Line($"""<line class="axis" x1="{x:F1}" y1="{bottom}" x2="{x:F1}" y2="{bottom + 4}"/>""");
            svg.Line($"""<text x="{x:F1}" y="{bottom + 17}" text-anchor="middle">{text}</text>""");
        }

        svg.Line($"""<path class="axis" d="M{left} {top}V{bottom}H{left + PanelWidth}"/>""");
        svg.Line($"""<text class="label" x="{left}" y="{top - 8}">{SvgText.Escape(panel.Title)}</text>""");
        svg.Line($"""<text class="label" x="{left + (PanelWidth / 2)}" y="{bottom + 33}" text-anchor="middle">{SvgText.Escape(XLabel)}</text>""");
        var turned = string.Create(CultureInfo.InvariantCulture, $"translate({left - 50} {top + (PanelHeight / 2)}) rotate(-90)");
        svg.Line($"""<text class="label" transform="{turned}" text-anchor="middle">{SvgText.Escape(YLabel)}</text>""");
        foreach (var series in panel.Series)
        {
            var colour = names.IndexOf(series.Name);
            var points = series.Points.Where(axes.Holds).ToList();
            var firm = points.Where(p => series.Doubtful?.Contains(p.X) != true).ToList();
            var path = string.Join(' ', firm.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p):F1},{Y(p):F1}")));
            svg.Line($"""<polyline class="line s{colour}" points="{path}"/>""");
            foreach (var p in points)
            {
                var (kind, note) = firm.Contains(p) ? ($"m{colour}", string.Empty) : ($"hollow s{colour}", ", some diverged");
                var words = SvgText.Escape(string.Create(CultureInfo.InvariantCulture, $"{series.Name}: {Numbers.Text(p.X)} → {p.Y:G4}{note}"));
                svg.Line($"""<circle class="{kind}" cx="{X(p):F1}" cy="{Y(p):F1}" r="2.5"><title>{words}</title></circle>""");
            }

            if (series.Mark is { } mark && axes.Holds(mark))
            {
                var words = SvgText.Escape(string.Create(CultureInfo.InvariantCulture, $"{series.Name}: optimum {mark.X:G4} → {mark.Y:G4}"));
                svg.Line($"""<circle class="ring s{colour}" cx="{X(mark):F1}" cy="{Y(mark):F1}" r="6"><title>{words}</title></circle>""");
            }
        }

        double X(ChartPoint p) => left + (axes.X(p) * PanelWidth);
        double Y(ChartPoint p) => bottom - (Math.Clamp(axes.Y(p), 0, 1) * PanelHeight);
    }
}

using System.Globalization;

namespace SuParDsl.Lab.Charts;

/// <summary>A point of a line.</summary>
internal readonly record struct ChartPoint(double X, double Y);

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points, from left to right.</param>
/// <param name="HasMarkers">Whether each point is marked: for few points, and to distinguish lines without colour.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points, bool HasMarkers);

/// <summary>A chart of lines as an SVG that follows the reader's light or dark theme.</summary>
/// <param name="Title">The title above the chart.</param>
/// <param name="XLabel">The label of the horizontal axis.</param>
/// <param name="YLabel">The label of the vertical axis.</param>
/// <param name="Series">The lines, at most as many as there are colours.</param>
internal sealed record LineChart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartSeries> Series)
{
    private const double Width = 860;
    private const double Height = 480;
    private const double Left = 76;
    private const double Right = 24;
    private const double Top = 56;
    private const double Bottom = 60;

    // Okabe and Ito's colours, which colour-blind readers can distinguish: darker ones on white, lighter ones on black.
    private const string Style = """
          text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 14px; fill: #57606a; }
          .title { font-size: 18px; font-weight: 600; }
          .title, .label, .legend { fill: #1f2328; }
          .paper { fill: #ffffff; }
          .grid { stroke: #d8dee4; stroke-width: 1; }
          .axis { stroke: #57606a; stroke-width: 1.5; fill: none; }
          .line { fill: none; stroke-linejoin: round; stroke-linecap: round; }
          .s0 { stroke: #0072b2; stroke-width: 1.6; }
          .s1 { stroke: #d55e00; stroke-width: 2.4; }
          .unseen { opacity: 0; }
          .unseen:hover { opacity: 1; fill: none; }
          .m0 { fill: #0072b2; }
          .m1 { fill: #d55e00; }
          @media (prefers-color-scheme: dark) {
            text { fill: #9198a1; }
            .title, .label, .legend { fill: #e6edf3; }
            .paper { fill: #0d1117; }
            .grid { stroke: #2f353d; }
            .axis { stroke: #9198a1; }
            .s0 { stroke: #56b4e9; }
            .s1 { stroke: #e69f00; }
            .m0 { fill: #56b4e9; }
            .m1 { fill: #e69f00; }
          }

        """;

    /// <summary>The chart as SVG.</summary>
    public string ToSvg()
    {
        var points = Series.SelectMany(static series => series.Points).Where(static p => double.IsFinite(p.Y)).DefaultIfEmpty(new(0, 0)).ToList();
        var x = (Low: Math.Min(0, points.Min(static p => p.X)), High: Math.Max(1, points.Max(static p => p.X)));
        var y = Ticks.Around(points.Min(static p => p.Y), points.Max(static p => p.Y), 7);
        var svg = new SvgText(Width, Height, Style, Title, (Left, 32));
        Axes(svg, x, y);
        for (var i = 0; i < Series.Count; i++)
        {
            Draw(svg, Series[i], i, At);
        }

        Legend(svg);
        return svg.ToString();

        (double X, double Y) At(ChartPoint p) => (AtX(p.X, x), AtY(p.Y, y));
    }

    private void Axes(SvgText svg, (double Low, double High) x, (double Low, double High) y)
    {
        foreach (var tick in Ticks.Within(y.Low, y.High, 7))
        {
            var at = AtY(tick, y);
            svg.Line($"""<line class="grid" x1="{Left}" y1="{at:F1}" x2="{Width - Right}" y2="{at:F1}"/>""");
            svg.Line($"""<text x="{Left - 10}" y="{at + 5:F1}" text-anchor="end">{Number(tick)}</text>""");
        }

        foreach (var tick in Ticks.Within(x.Low, x.High, 8))
        {
            var at = AtX(tick, x);
            svg.Line($"""<line class="axis" x1="{at:F1}" y1="{Height - Bottom}" x2="{at:F1}" y2="{Height - Bottom + 6}"/>""");
            svg.Line($"""<text x="{at:F1}" y="{Height - Bottom + 23}" text-anchor="middle">{Number(tick)}</text>""");
        }

        svg.Line($"""<path class="axis" d="M{Left} {Top}V{Height - Bottom}H{Width - Right}"/>""");
        svg.Line($"""<text class="label" x="{(Left + Width - Right) / 2}" y="{Height - 14}" text-anchor="middle">{SvgText.Escape(XLabel)}</text>""");
        var middle = (Top + Height - Bottom) / 2;
        svg.Line($"""<text class="label" transform="translate(22 {middle}) rotate(-90)" text-anchor="middle">{SvgText.Escape(YLabel)}</text>""");
    }

    private static void Draw(SvgText svg, ChartSeries series, int index, Func<ChartPoint, (double X, double Y)> at)
    {
        var places = series.Points.Where(static p => double.IsFinite(p.Y)).Select(at).ToList();
        var path = string.Join(' ', places.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.X:F1},{p.Y:F1}")));
        svg.Line($"""<polyline class="line s{index}" points="{path}"/>""");
        foreach (var p in series.Points.Where(static p => double.IsFinite(p.Y)))
        {
            // Every point shows its values in a tooltip, even if it has no marker.
            var (x, y) = at(p);
            var words = SvgText.Escape($"{series.Name}: {Number(p.X)} → {Number(p.Y)}");
            var kind = series.HasMarkers ? "m" : "unseen s";
            svg.Line($"""<circle class="{kind}{index}" cx="{x:F1}" cy="{y:F1}" r="4"><title>{words}</title></circle>""");
        }
    }

    private void Legend(SvgText svg)
    {
        var x = Width - Right - 190;
        for (var i = 0; i < Series.Count; i++)
        {
            var y = Top + 18 + (24 * i);
            svg.Line($"""<line class="s{i}" x1="{x}" y1="{y}" x2="{x + 34}" y2="{y}"/>""");
            if (Series[i].HasMarkers)
            {
                svg.Line($"""<circle class="m{i}" cx="{x + 17}" cy="{y}" r="4"/>""");
            }

            svg.Line($"""<text class="legend" x="{x + 44}" y="{y + 5}">{SvgText.Escape(Series[i].Name)}</text>""");
        }
    }

    private static double AtX(double value, (double Low, double High) range) =>
        Left + ((value - range.Low) / (range.High - range.Low) * (Width - Left - Right));

    private static double AtY(double value, (double Low, double High) range) =>
        Height - Bottom - ((value - range.Low) / (range.High - range.Low) * (Height - Top - Bottom));

    private static string Number(double value) => Math.Round(value, 10).ToString("G6", CultureInfo.InvariantCulture);
}

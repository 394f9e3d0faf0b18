using System.Text.RegularExpressions;
using System.Xml.Linq;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Charts;

public sealed class PanelFigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void It_is_well_formed_whatever_it_is_called()
    {
        var svg = XDocument.Parse(Linear("a < b & \"c\"", "<one>", new(0, 1), new(1, 2)).ToSvg());
        Assert.Equal("a < b & \"c\"", svg.Root!.Element(Svg + "title")!.Value);
        Assert.Contains(svg.Descendants(Svg + "text"), static text => text.Value == "<one>");
    }

    [Fact]
    public void Both_curves_are_drawn_and_named()
    {
        var history = new TrainingHistory(
            [.. Enumerable.Range(1, 5000).Select(static i => new StepMetrics(i, 5.0 / i, 1, 1, 1, i))],
            [new(0, 5, 1), new(5000, 1, 1)], Outcome.Complete);
        var svg = XDocument.Parse(LossChart.Of("run", "loss", history).ToSvg());
        var lines = svg.Descendants(Svg + "polyline").Select(static line => line.Attribute("points")!.Value.Split(' ')).ToList();
        Assert.Equal(2, lines.Count);
        Assert.InRange(lines[0].Length, 100, 400);
        Assert.Equal(2, lines[1].Length);
        Assert.Contains(svg.Descendants(Svg + "text"), static text => text.Value == "validation");
    }

    // The Web Content Accessibility Guidelines want a contrast of 3 for lines of a chart.
    [Fact]
    public void Both_curves_of_a_run_stand_out_from_the_paper()
    {
        var history = new TrainingHistory([new(1, 5, 1, 1, 1, 1)], [new(0, 6, 1)], Outcome.Complete);
        var style = LossChart.Of("run", "loss", history).ToSvg();
        var papers = Colours(style, @"\.paper { fill: #(\w{6})");
        var lines = Colours(style, @"\.s\d { stroke: #(\w{6})");
        Assert.Equal((2, 4), (papers.Count, lines.Count));
        Assert.All(lines.Take(2), line => Assert.True((papers[0] + 0.05) / (line + 0.05) >= 3));
        Assert.All(lines.Skip(2), line => Assert.True((line + 0.05) / (papers[1] + 0.05) >= 3));

        static List<double> Colours(string style, string pattern) =>
            [.. Regex.Matches(style, pattern).Select(static match => Luminance(match.Groups[1].Value))];

        static double Luminance(string colour)
        {
            double[] weights = [0.2126, 0.7152, 0.0722];
            return weights.Select((weight, i) => weight * Decoded(Convert.ToInt32(colour.Substring(2 * i, 2), 16) / 255.0)).Sum();
        }

        static double Decoded(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(2.0)]
    public void A_run_of_one_value_still_has_axes(double value)
    {
        var svg = Linear("t", "s", new ChartPoint(1, value)).ToSvg();
        Assert.DoesNotContain("NaN", svg);
        Assert.NotEmpty(XDocument.Parse(svg).Descendants(Svg + "line"));
    }

    [Fact]
    public void Points_without_markers_show_their_values_under_the_pointer_only()
    {
        var history = new TrainingHistory([new(1, 5, 1, 1, 1, 1), new(2, 4, 1, 1, 1, 2)], [new(0, 6, 1)], Outcome.Complete);
        var circles = XDocument.Parse(LossChart.Of("run", "loss", history).ToSvg()).Descendants(Svg + "circle").ToList();
        Assert.Equal(["unseen s0", "unseen s0", "m1"], circles.Select(static circle => circle.Attribute("class")!.Value));
        Assert.Equal(["training: 1 → 5", "training: 2 → 4", "validation: 0 → 6"], circles.Select(static circle => circle.Value));
    }

    [Fact]
    public void A_linear_axis_begins_at_zero_and_has_equal_distances()
    {
        var axes = PanelAxes.Around([new(100, 1), new(400, 2)], hasLogX: false, hasLogY: false, FigureSize.Large);
        Assert.Equal([0.25, 0.5, 1], new[] { 100.0, 200, 400 }.Select(x => axes.X(new(x, 1))));
        Assert.Equal(["0", "50", "100"], axes.XTicks.Take(3).Select(static tick => tick.Text));
        var powers = PanelAxes.Around([new(1, 1), new(4, 2)], hasLogX: true, hasLogY: true, FigureSize.Small);
        Assert.Equal(powers.X(new(2, 1)) - powers.X(new(1, 1)), powers.X(new(4, 1)) - powers.X(new(2, 1)), 9);
    }

    private static PanelFigure Linear(string title, string name, params ChartPoint[] points) =>
        new(title,
            "x", "y", 1, [new(string.Empty, [new(name, points)])], HasLogY: false) { HasLogX = false, Size = FigureSize.Large };

    [Fact]
    public void Ticks_are_round_and_inside() =>
        Assert.Equal([0.5, 1, 1.5, 2], Ticks.Within(0.4, 2.1, 4).Select(static t => Math.Round(t, 9)));
}

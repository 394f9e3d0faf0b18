using System.Xml.Linq;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Charts;

public sealed class LineChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void It_is_well_formed_whatever_it_is_called()
    {
        var svg = XDocument.Parse(new LineChart("a < b & \"c\"", "x", "y", [new("<one>", [new(0, 1), new(1, 2)], true)]).ToSvg());
        Assert.Equal("a < b & \"c\"", svg.Root!.Element(Svg + "title")!.Value);
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

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(2.0)]
    public void A_run_of_one_value_still_has_axes(double value)
    {
        var svg = new LineChart("t", "x", "y", [new("s", [new(1, value)], true)]).ToSvg();
        Assert.DoesNotContain("NaN", svg);
        Assert.NotEmpty(XDocument.Parse(svg).Descendants(Svg + "line"));
    }

    [Fact]
    public void Ticks_are_round_and_inside() =>
        Assert.Equal([0.5, 1, 1.5, 2], Ticks.Within(0.4, 2.1, 4).Select(static t => Math.Round(t, 9)));
}

using System.Globalization;
using System.Xml.Linq;
using SuParDsl.Lab.Bench;
using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.Charts;

/// <summary>No text of a figure is printed over another or outside of the figure, whatever its names and numbers.</summary>
public sealed class TextBoxTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private sealed record Box(string Text, double Left, double Top, double Right, double Bottom)
    {
        public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }

    public static TheoryData<string> Figures => [.. All.Keys];

    private const string Marked = "a sweep of one rule, with an optimum";

    private static readonly double[] Densities = [.. Enumerable.Range(0, 8).Select(static power => Math.Pow(2, -power))];

    private static Dictionary<string, Func<PanelFigure>> All { get; } = new()
    {
        [Marked] = static () => Sweep(Rule.SuPar).Figure("NanoGpt: loss against the base learning rate"),
        ["a sweep of three rules"] = static () => Sweep(Rule.Standard, Rule.MuP, Rule.SuPar).Figure("a sweep"),
        ["a run with a long name"] = static () => LossChart.Of(
            $"NanoGpt: {string.Join('/', Enumerable.Repeat("a-long-folder", 12))}", "cross-entropy per token", Run(20_000, 1e-5)),
        ["a run of large losses"] = static () => LossChart.Of("Mlp", "mean square error per target", Run(7, 123_456)),
        ["masks of many tensors"] = static () => MaskChart.Of("masks", Masks(40)),
        ["a check with long names"] = static () => Grid(
            3, 6, "SµPar: Encoder.Blocks.*.SelfAttention.Projection", "mean |activation|"),
        ["panels without a legend"] = static () => Grid(1, 2, "panel", string.Empty) with
        {
            HasLegend = false, Size = FigureSize.Narrow,
        },
        ["a long label beside a panel"] = static () => Grid(
            2, 4, "panel", "a label that is longer than the panel beside it is high"),
        ["a benchmark"] = static () => BenchTable.Figure(
            [.. Densities.Select(Bench)], Storage.Compressed, "time"),
        ["narrow powers"] = static () => new PanelFigure(
            "t", "density", "ms", 1, [new(string.Empty, [new("n", [new(1 / 1024.0, 1), new(1024, 1 / 1024.0)])])], HasLogY: true),
    };

    [Theory]
    [MemberData(nameof(Figures))]
    public void No_text_is_printed_over_another(string name)
    {
        var svg = XDocument.Parse(All[name]().ToSvg()).Root!;
        var boxes = svg.Descendants(Svg + "text").Select(text => BoxOf(svg, text)).ToList();
        Assert.NotEmpty(boxes);
        Assert.Empty(
            from i in Enumerable.Range(0, boxes.Count)
            from other in boxes.Skip(i + 1)
            where boxes[i].Overlaps(other)
            select $"'{boxes[i].Text}' and '{other.Text}'");
        var (width, height) = (Number(svg, "width"), Number(svg, "height"));
        Assert.All(boxes, box => Assert.True(
            box is { Left: >= 0, Top: >= 0 } && box.Right <= width && box.Bottom <= height,
            $"{box} is outside {width} × {height}"));
    }

    [Fact]
    public void Marks_have_an_entry_in_the_legend()
    {
        var texts = XDocument.Parse(All[Marked]().ToSvg()).Descendants(Svg + "text").ToList();
        Assert.Equal(Height("ρ 1"), Height("optimum"));

        string Height(string name) => texts.Single(text => text.Value == name).Attribute("y")!.Value;
    }

    // Letters take up to six tenths of their size in the fonts of the style sheet, and narrow ones less.
    private static Box BoxOf(XElement svg, XElement text)
    {
        var isTitle = text.Attribute("class")?.Value == "title";
        var size = LetterSize(svg, isTitle ? ".title { font-size: " : "font-size: ");
        var width = 0.58 * size * new StringInfo(text.Value).LengthInTextElements;
        if (text.Attribute("transform")?.Value is { } turned)
        {
            var at = turned["translate(".Length..turned.IndexOf(')')].Split(' ').Select(Parse).ToArray();
            return new(text.Value, at[0] - (0.75 * size), at[1] - (width / 2), at[0] + (0.2 * size), at[1] + (width / 2));
        }

        var (x, y) = (Number(text, "x"), Number(text, "y"));
        var left = text.Attribute("text-anchor")?.Value switch { "end" => x - width, "middle" => x - (width / 2), _ => x };
        return new(text.Value, left, y - (0.75 * size), left + width, y + (0.2 * size));
    }

    private static double LetterSize(XElement svg, string before)
    {
        var style = svg.Element(Svg + "style")!.Value;
        var from = style.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return Parse(style[from..style.IndexOf("px", from, StringComparison.Ordinal)]);
    }

    private static double Number(XElement element, string name) => Parse(element.Attribute(name)!.Value);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static SweepSummary Sweep(params Rule[] rules) => new(
    [
        .. from rule in rules
           from density in new[] { 1, 0.25 }
           from power in Enumerable.Range(-11, 7)
           select new SweepRun(
               new(rule, null, density, null, Math.Pow(2, power), 1), Outcome.Complete, 1 + Math.Pow(power + 8, 2), 10, 1),
    ]);

    private static TrainingHistory Run(int steps, double loss) => new(
        [.. Enumerable.Range(1, steps).Select(step => new StepMetrics(step, loss / step, 1, 1, 1, step))],
        [new(0, loss, 1), new(steps, loss / steps, 1)], Outcome.Complete);

    private static MaskState[] Masks(int tensors) =>
    [
        .. from step in new[] { 100, 200, 300 }
           from tensor in Enumerable.Range(0, tensors)
           select new MaskState(step, $"Encoder.Blocks.{tensor}.SelfAttention.Projection.weight", 1.0 / step, 0.5),
    ];

    private static PanelFigure Grid(int columns, int panels, string title, string yLabel) => new(
        "Coordinate check", "width", yLabel, columns,
        [
            .. Enumerable.Range(0, panels).Select(_ => new Panel(
                title,
                [.. Enumerable.Range(0, 11).Select(step => new PanelSeries($"step {step}", [new(32, 1e-4), new(4096, 1e4)]))])),
        ],
        HasLogY: true);

    private static BenchResult Bench(double density)
    {
        var (step, ratio) = (new BenchStep(100 * density, 1), new SpeedRatio(1, 1, 1));
        return new(64, density, 1, 1, step, step, step, ratio, ratio);
    }
}

using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Reports;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;
using System.Text.Json.Nodes;

namespace SuParDsl.Lab.Tests.Reports;

/// <summary>A report compares its runs in a table and in figures.</summary>
public sealed class ComparisonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_table_has_the_results_and_what_differs()
    {
        var (first, second) = (
            Run("first", 100, ("size.density", 1), ("training.learningRate", 0.01), ("machine.started", "a")),
            Run("second", 40, ("size.density", 0.25), ("training.learningRate", 0.01), ("machine.started", "b")));
        Assert.Equal(["density"], RunComparison.Header([first, second]).Skip(9));
        Assert.Equal(
            ["first", "2.0000", "1.5000 at 50", "0.0905", "100", "1:40", "1000", "1024", "256 (25 %)", "1"],
            RunComparison.Rows([first, second])[0]);
        Assert.Equal("40 of 100", RunComparison.Rows([first, second])[1][4]);
        Assert.Equal("0.25", RunComparison.Rows([first, second])[1][9]);
        Assert.Equal("tokens/s", RunComparison.Header([first, second])[6]);
        Assert.Empty(RunComparison.Header([first]).Skip(9));
    }

    [Fact]
    public void A_run_without_training_has_empty_cells_and_no_figures()
    {
        var imported = new ReportRun(
            "imported", new Dictionary<string, JsonNode?>(), new([], [], Outcome.Interrupted), null, null);
        Assert.Equal(["imported", "", "", "", "0", "", "", "", ""], RunComparison.Rows([imported])[0]);
        Assert.Empty(RunComparison.Figures([imported]));
    }

    [Fact]
    public void Each_quantity_has_a_figure_with_a_line_for_each_run()
    {
        var figures = RunComparison.Figures([Run("a", 100), Run("b", 40)]);
        Assert.Equal(
            ["validation loss", "training loss", "learning rate", "gradient norm"],
            figures.Select(static figure => figure.Title));
        Assert.All(figures, static figure => Assert.Equal(2, figure.ToSvg().Split("<polyline").Length - 1));

        // The page names the lines in its table.
        Assert.All(figures, static figure => Assert.DoesNotContain("class=\"legend\"", figure.ToSvg()));
        Assert.All(
            figures, static figure => Assert.True(figure.ToSvg().Split("width=\"")[1].Split('"')[0] is var width
                && double.Parse(width, System.Globalization.CultureInfo.InvariantCulture) <= 358, width));
    }

    [Fact]
    public void Masks_that_change_have_a_figure()
    {
        var run = Run("a", 100);
        MaskState[] masks =
        [
            new(10, "A", 0.5, null), new(10, "B", 0.25, null), new(20, "A", 0.25, null), new(20, "B", 0.25, null),
        ];
        var figure = RunComparison.Figures([run with { History = run.History with { Masks = masks } }, run])[^1];
        Assert.Equal("mean density of masks", figure.Title);
        Assert.Equal([new ChartPoint(10, 0.375), new(20, 0.25)], figure.Panels[0].Series[0].Points);
        Assert.Empty(figure.Panels[0].Series[1].Points);
    }

    [Fact]
    public void Keys_outside_a_figure_have_the_colours_of_its_lines()
    {
        foreach (var (lines, isPair) in new[] { (1, false), (2, true), (5, false) })
        {
            var (keys, style) = (PanelStyle.Keys(lines, isPair), PanelStyle.Of(lines, isPair, FigureSize.Narrow));
            Assert.Equal(Colours(style, ".s", "stroke"), Colours(keys, ".k", "border-color"));
        }

        static string[] Colours(string css, string name, string property) =>
        [
            .. System.Text.RegularExpressions.Regex.Matches(css, $@"\{name}(\d+) {{ {property}: (#\w{{6}});")
                .Select(static match => match.Groups[1].Value + match.Groups[2].Value),
        ];
    }

    [Fact]
    public void A_page_compares_trained_runs_and_shows_samples_and_benchmarks()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        string[] sizes =
        [
            "--width", "32", "--layers", "1", "--head-dim", "16", "--context", "16", "--threads", "1", "--data", data,
        ];
        foreach (var density in new[] { "1", "1/4" })
        {
            Assert.Equal(0, CommandLine.Run([
                "train", .. sizes, "--density", density, "--steps", "6", "--batch", "4", "--eval-every", "3",
                "--eval-batches", "1", "--sample-length", "9", "--out", folder["d" + density[^1]],
            ]).Code);
        }

        Assert.Equal(0, CommandLine.Run([
            "bench", "--widths", "32", "--densities", "1/2,1/4", .. sizes[2..], "--rounds", "1", "--batch", "2",
            "--out", folder["bench"],
        ]).Code);
        var (code, output, error) = CommandLine.Run(
            "report", folder["d1"], folder["d4"], folder["bench"], "--out", folder["page.html"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("3 folders, 7 figures", output);
        var page = File.ReadAllText(folder["page.html"]);
        Assert.Contains("<th>kept</th><th>density</th>", page);
        Assert.Matches("<span class=\"key k1\"></span>d4</td><td>[0-9.]+</td>", page);
        Assert.Contains("<h2>Benchmark: bench</h2>", page);
        Assert.Contains("<summary>sample.txt</summary><pre class=\"text\">", page);

        var dense = ReportRun.Read(folder["d1"]);
        var sparse = ReportRun.Read(folder["d4"]);
        Assert.Equal(dense.Weights, dense.Kept);
        Assert.Equal(dense.Weights, sparse.Weights);
        Assert.True(sparse.Kept < sparse.Weights);
        Assert.Contains($"{sparse.Kept} of them kept", CommandLine.Run([
            "train", .. sizes, "--density", "1/4", "--steps", "1", "--sample-length", "0", "--out", folder["again"],
        ]).Output);
    }

    [Theory]
    [InlineData("metrics.csv", "step", "metrics.csv is ")]
    [InlineData("config.json", "{\"example\": ", "config.json is damaged")]
    [InlineData("config.json", "{\"example\": \"a\", \"example\": \"b\"}", "config.json is damaged")]
    [InlineData("config.json", "{\"\\ud800\": 1}", "config.json is damaged")]
    public void A_damaged_run_is_named(string file, string text, string expected)
    {
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(folder["run/config.json"], "{\"example\": \"NanoGpt\"}");
        File.WriteAllText(Path.Combine(folder["run"], file), text);
        var (code, _, error) = CommandLine.Run("report", folder["run"], "--out", folder["page.html"]);
        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.False(File.Exists(folder["page.html"]));
    }

    private static ReportRun Run(string name, int steps, params (string Place, JsonNode Value)[] settings) => new(
        name,
        new Dictionary<string, JsonNode?>(settings.Select(static pair => KeyValuePair.Create(pair.Place, (JsonNode?)pair.Value)))
        {
            ["training.steps"] = 100, ["data.unit"] = "token",
        },
        new(
            [.. Enumerable.Range(1, steps).Select(static step => new StepMetrics(step, step / 1000.0, 0.01, 1, 1000, step))],
            [new(0, 4, 1), new(Math.Min(50, steps), 1.5, 1), new(steps, 2, 1)], Outcome.Complete),
        1024, 256);
}

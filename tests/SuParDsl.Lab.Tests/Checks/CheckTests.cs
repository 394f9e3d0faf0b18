using System.Text.Json;
using System.Xml.Linq;

namespace SuParDsl.Lab.Tests.Checks;

/// <summary>One tiny check by the real program, shared by the tests that examine its output.</summary>
public sealed class TinyCheck : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyCheck()
    {
        Data = folder.Write("text.txt", SmallText.Sentences);
        Result = Check("check", "9");
    }

    public string Data { get; }

    public string Folder => FolderOf("check");

    public (int Code, string Output, string Error) Result { get; }

    public (int Code, string Output, string Error) Check(
        string name, string threshold, string densities = "1,1/4", string depths = "1,2", params string[] more) =>
        CommandLine.Run(
        [
            "check", "--widths", "64,32", "--densities", densities, "--depths", depths, "--head-dim", "16", "--context", "16",
            "--steps", "2", "--threads", "1", "--threshold", threshold, "--data", Data, "--out", folder[name],
            .. more.Contains("--seeds") ? more : [.. more, "--seeds", "2"],
        ]);

    public string FolderOf(string name) => folder[name];

    public void Dispose() => folder.Dispose();
}

public sealed class CheckTests(TinyCheck tiny) : IClassFixture<TinyCheck>
{
    [Fact]
    public void It_passes_within_its_threshold_and_fails_beyond()
    {
        Assert.Equal((0, string.Empty), (tiny.Result.Code, tiny.Result.Error));
        Assert.Contains("SµPar passes at ±9", tiny.Result.Output);
        // Under SP the first hidden layer grows with the root of the width, and six seeds leave no doubt of that.
        var standard = tiny.Check("standard", "0.15", "1", "1", "--rules", "standard", "--seeds", "6");
        Assert.Equal((1, string.Empty), (standard.Code, standard.Error));
        Assert.Contains("SP fails at ±0.15", standard.Output);
    }

    [Fact]
    public void Too_few_seeds_decide_nothing_and_more_are_measured_on_request()
    {
        var few = tiny.Check("few", "0.1", "1", "1", "--rules", "supar");
        Assert.Equal((3, string.Empty), (few.Code, few.Error));
        Assert.Contains("SµPar is not decided at ±0.1", few.Output);
        Assert.Matches(
            @"SµPar over width: not decided, because \d+ of \d+ intervals contain ±0.1, such as [^\n]*; [^\n]* seeds would",
            few.Output);

        var more = tiny.Check("more", "0.2", "1", "1", "--rules", "supar", "--until-decided", "--seed", "5");
        Assert.True(more.Code is 0 or 1, more.Output + more.Error);
        var seeds = File.ReadLines(Path.Combine(tiny.FolderOf("more"), "check.csv")).Skip(1)
            .Select(static line => int.Parse(line.Split(',')[3])).Distinct().Order().ToList();
        Assert.Equal(Enumerable.Range(5, seeds.Count), seeds);
        Assert.True(seeds.Count > 2, more.Output);
    }

    [Fact]
    public void Every_rule_and_axis_has_its_table()
    {
        foreach (var rule in new[] { "SP", "µP", "SµPar" })
        {
            foreach (var axis in new[] { "width", "density", "depth" })
            {
                Assert.Contains($"{rule} over {axis}: slopes of", tiny.Result.Output);
            }
        }

        Assert.Contains("Blocks.*.Attn.Proj", tiny.Result.Output);
        Assert.DoesNotContain('\u001b', tiny.Result.Output);
    }

    [Fact]
    public void A_model_on_two_axes_is_trained_once() =>
        // Three rules × two seeds × the starting point and one more on each axis.
        Assert.Contains("24/24 models", tiny.Result.Output);

    [Fact]
    public void Its_folder_is_complete()
    {
        Assert.Equal(
            [
                "check-density.svg", "check-depth.svg", "check-width.svg", "check.csv", "check.json", "check.md",
                "options.json", "slopes.csv",
            ],
            Directory.GetFileSystemEntries(tiny.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Folder, "check.json")));
        Assert.Equal(2, config.RootElement.GetProperty("plan").GetProperty("seeds").GetInt32());
    }

    [Fact]
    public void The_figure_has_a_panel_for_each_rule_and_layer_and_a_line_for_each_step()
    {
        var svg = XDocument.Load(Path.Combine(tiny.Folder, "check-width.svg"));
        var lines = svg.Descendants().Count(static e => e.Name.LocalName == "polyline");
        var kinds = File.ReadLines(Path.Combine(tiny.Folder, "check.md")).Count(static line =>
            line.StartsWith("| ", StringComparison.Ordinal)
            && !line.StartsWith("| layer", StringComparison.Ordinal)
            && !line.StartsWith("| ---", StringComparison.Ordinal)) / 9;
        Assert.Equal(kinds * 3 * 3, lines);
        Assert.DoesNotContain("NaN", svg.ToString());
    }

    [Fact]
    public void Standard_hidden_activations_grow_with_the_root_of_the_width_at_the_start()
    {
        var slopes = File.ReadLines(Path.Combine(tiny.Folder, "slopes.csv")).Select(static line => line.Split(','))
            .Where(static row => row is [_, "width", "Blocks.0.Attn.Qkv", "0", ..])
            .ToDictionary(static row => row[0], static row => double.Parse(row[4]));
        Assert.Equal(0.5, slopes["Standard"], 0.1);
        Assert.Equal(0, slopes["MuP"], 0.1);
        Assert.Equal(0, slopes["SuPar"], 0.1);
    }

    [Fact]
    public void Depths_are_compared_at_the_last_block()
    {
        var layers = File.ReadLines(Path.Combine(tiny.Folder, "slopes.csv")).Select(static line => line.Split(','))
            .Where(static row => row[1] == "depth").Select(static row => row[2]).ToHashSet();
        Assert.Contains("Blocks.last.Mlp.Down", layers);
        Assert.Contains("Blocks", layers);
        Assert.DoesNotContain(layers, static layer => layer.StartsWith("Blocks.0", StringComparison.Ordinal));
        Assert.Contains("Blocks.last.Attn.Proj", tiny.Result.Output);
    }

    [Fact]
    public void Activations_change_from_the_first_step_on()
    {
        var rows = File.ReadLines(Path.Combine(tiny.Folder, "check.csv")).Skip(1).Select(static line => line.Split(','))
            .Where(static row => row[5] == "output");
        Assert.All(rows, static row => Assert.Equal(row[4] != "0", double.Parse(row[7]) > 0));
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    [InlineData("lion")]
    [InlineData("muon")]
    public void Every_optimizer_can_be_checked(string optimizer)
    {
        var (code, output, error) = CommandLine.Run(
            "check", "--widths", "32,64", "--densities", "1/4", "--layers", "1", "--head-dim", "16", "--context", "16",
            "--steps", "1", "--seeds", "2", "--rules", "supar", "--optimizer", optimizer, "--threshold", "9", "--threads", "1",
            "--data", tiny.Data, "--out", tiny.Folder + optimizer);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("SµPar passes", output);
    }
}

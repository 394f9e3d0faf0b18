using System.Text.Json;
using System.Text.Json.Nodes;

namespace SuParDsl.Lab.Tests.Commands;

/// <summary>Options from the environment and from a file.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_command_line_wins_over_the_environment_over_the_file_over_the_default()
    {
        var file = folder.Write("lab.json", """{"table": {"alpha-in": "1/2", "alpha-out": 0.25}, "train": {"steps": 3}}""");
        Assert.Contains("alphaIn = 1 ", CommandLine.Run("table").Output);
        Assert.Contains("alphaIn = 0.5 ", CommandLine.Run("table", "--config", file).Output);
        var variables = new Dictionary<string, string> { ["SUPARDSL_ALPHA_IN"] = "3" };
        var both = CommandLine.RunWith(variables, "table", "--config", file).Output;
        Assert.Contains("alphaIn = 3 ", both);
        Assert.Contains("alphaOut = 0.25 ", both);
        Assert.Contains("alphaIn = 4 ", CommandLine.RunWith(variables, "--config", file, "table", "--alpha-in", "4").Output);
        Assert.Contains("alphaIn = 0.5 ", CommandLine.RunWith(new() { ["SUPARDSL_CONFIG"] = file }, "table").Output);
    }

    [Theory]
    [InlineData("""{"table": {"width": "many"}}""", ", table.width: --width is 'many': it must be a whole number from 1 to")]
    [InlineData("""{"table": {"width": 64.5}}""", ", table.width: --width is '64.5'")]
    [InlineData("""{"table": {"width": true}}""", ", table.width: --width is 'True'")]
    [InlineData("""{"table": {"width": ""}}""", "--width")]
    [InlineData("""{"table": {"width": null}}""", ", table.width is null: give it a value")]
    [InlineData("""{"table": {"width": {"n": 3}}}""", ", table.width is an object")]
    [InlineData("""{"table": {"rule": "sp"}}""", ", table.rule: --rule is 'sp': it must be supar, mup, standard")]
    [InlineData("""{"table": {"json": 3}}""", ", table.json: --json is '3': it must be true or false")]
    [InlineData("""{"table": {"widht": 64}}""", ", table.widht is not an option of table: did you mean width?")]
    [InlineData("""{"tabel": {"width": 64}}""", "'tabel' is not a command: did you mean table?")]
    [InlineData("""{"table": 64}""", "'table' is '64': it must be an object of options")]
    [InlineData("""{"table": {"width": 64, "width": 32}}""", "is not a JSON object")]
    [InlineData("""{"table": """, "is not a JSON object")]
    [InlineData("[]", "is not a JSON object")]
    public void A_bad_file_is_refused_by_name(string json, string expected)
    {
        var file = folder.Write("lab.json", json);
        Refused(file, "table", "--config", file);
        Refused(expected, "table", "--config", file);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Refused("--config none.json does not exist", "table", "--config", "none.json");

    [Theory]
    [InlineData(
        "SUPARDSL_ALPHA_OUT", "much", "the environment variable SUPARDSL_ALPHA_OUT: --alpha-out is 'much': it must be a number")]
    [InlineData("SUPARDSL_ALPHA_OUTT",
        "1", "the environment variable SUPARDSL_ALPHA_OUTT matches no option of any command: did you mean SUPARDSL_ALPHA_OUT?")]
    public void A_bad_variable_is_refused_by_name(string name, string value, string expected) =>
        Refused(expected, CommandLine.RunWith(new() { [name] = value }, "table"));

    [Fact]
    public void A_run_folder_holds_the_file_that_repeats_it()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        string[] run =
        [
            "train", .. SmallText.Sizes, "--steps", "3", "--lr", "2^-7", "--bias", "--sample-length", "0", "--data", data,
        ];
        Assert.Equal((0, string.Empty), Quiet(CommandLine.Run([.. run, "--out", folder["first"]])));
        var options = Path.Combine(folder["first"], "options.json");
        Assert.Equal("2^-7", JsonNode.Parse(File.ReadAllText(options))!["train"]!["lr"]!.GetValue<string>());
        Assert.Equal((0, string.Empty), Quiet(CommandLine.Run("train", "--config", options, "--out", folder["second"])));
        Assert.True(
            JsonNode.Parse(File.ReadAllText(Path.Combine(folder["first"], "config.json")))!["size"]!["bias"]!.GetValue<bool>());
        foreach (var part in new[] { "size", "training", "data" })
        {
            Assert.Equal(Part("first", part), Part("second", part));
        }

        string Part(string name, string part) =>
            JsonSerializer.Serialize(JsonNode.Parse(File.ReadAllText(Path.Combine(folder[name], "config.json")))![part]);
    }

    [Theory]
    [InlineData("--densities", "1/2")]
    [InlineData("--widths", "32,64", "--constant-nonzeros")]
    public void A_sweep_folder_holds_the_file_that_repeats_it(params string[] axes)
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        string[] sweep =
        [
            "sweep", .. axes, "--layers", "1", "--head-dim", "16", "--context", "16", "--steps", "2", "--batch", "2",
            "--eval-batches", "1", "--lrs", "2^-8", "--rules", "supar", "--threads", "1", "--data", data,
            .. axes.Contains("--widths") ? (string[])[] : ["--widths", "32"],
        ];
        Assert.Equal((0, string.Empty), Quiet(CommandLine.Run([.. sweep, "--out", folder["first"]])));
        Assert.Equal((0, string.Empty), Quiet(
            CommandLine.Run("sweep", "--config", Path.Combine(folder["first"], "options.json"), "--out", folder["second"])));
        Assert.Equal(File.ReadAllText(folder["first/sweep.json"]), File.ReadAllText(folder["second/sweep.json"]));
        Assert.Equal(File.ReadAllText(folder["first/optima.csv"]), File.ReadAllText(folder["second/optima.csv"]));
    }

    private static (int Code, string Error) Quiet((int Code, string Output, string Error) result) => (result.Code, result.Error);

    private static void Refused(string expected, params string[] args) => Refused(expected, CommandLine.Run(args));

    private static void Refused(string expected, (int Code, string Output, string Error) result)
    {
        Assert.Contains(expected, result.Error);
        Assert.Equal((2, string.Empty), (result.Code, result.Output));
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}

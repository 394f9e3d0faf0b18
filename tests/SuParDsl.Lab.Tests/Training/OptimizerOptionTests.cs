using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;
using SuParDsl.Lab.Tests.Commands;

namespace SuParDsl.Lab.Tests.Training;

/// <summary>Tests the options of optimizers and learning rates, from the command line to the run folder.</summary>
public sealed class OptimizerOptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(OptimizerChoice.AdamW, 0.95)]
    [InlineData(OptimizerChoice.Adam, 0.95)]
    [InlineData(OptimizerChoice.Muon, 0.95)]
    [InlineData(OptimizerChoice.Lion, 0.99)]
    public void Beta2_is_the_optimizer_s_own_until_it_is_set(OptimizerChoice optimizer, double expected)
    {
        var options = new TrainingOptions { Optimizer = optimizer };

        Assert.Equal(expected, options.Beta2);
        Assert.Equal(expected, new TrainingOptions { Optimizer = OptimizerChoice.Sgd } with { Optimizer = optimizer } is var other
            ? other.Beta2
            : 0);
        Assert.Equal(0.9, (options with { Beta2 = 0.9 }).Beta2);
        Assert.Equal(expected, JsonSerializer.Deserialize<TrainingOptions>(RunJson.Text(options), RunJson.Options)!.Beta2);
    }

    [Fact]
    public void Help_says_the_defaults_of_each_optimizer()
    {
        var help = string.Join(
            ' ', CommandLine.Run("train", "--help").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains("decay of the optimizer's second moment; without it 0.95, for lion 0.99", help);
    }

    [Fact]
    public void The_run_s_settings_are_kept_and_another_is_refused_on_resume()
    {
        string[] run =
        [
            "train", .. SmallText.Sizes, "--steps", "4", "--sample-length", "0",
            "--data", folder.Write("text.txt", SmallText.Sentences), "--optimizer", "muon", "--muon-shape", "tall",
            "--muon-convolutions", "--decay-mode", "independent", "--lr", "1e-2", "--final-lr", "1e-3", "--warmup", "2",
            "--warmup-formula", "fromzero", "--decay", "linear", "--out", folder["run"],
        ];
        Assert.Equal((0, string.Empty), Quiet(CommandLine.Run(run)));

        // The first line is the measurement before any step.
        var rates = File.ReadAllLines(folder["run/metrics.csv"]);
        Assert.Equal(["", "0", "0.005", "0.01", "0.0055"], Column(rates, "learning_rate"));
        var training = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!["training"]!;
        Assert.Equal(("Tall", true, "FromZero", 0.001), (
            training["muonShape"]!.GetValue<string>(), training["muonConvolutions"]!.GetValue<bool>(),
            training["warmupFormula"]!.GetValue<string>(), training["finalLearningRate"]!.GetValue<double>()));
        var options = JsonNode.Parse(File.ReadAllText(folder["run/options.json"]))!["train"]!;
        Assert.Equal(("tall", "1e-3", "fromzero", "independent"), (
            (string)options["muon-shape"]!, (string)options["final-lr"]!, (string)options["warmup-formula"]!,
            (string)options["decay-mode"]!));

        Refused("training.muonShape (\"Tall\", now \"Spectral\")", "--muon-shape", "spectral");
        Refused("training.finalLearningRate (0.001, now 0.002)", "--final-lr", "2e-3");
        Refused("training.warmupFormula (\"FromZero\", now \"AboveZero\")", "--warmup-formula", "abovezero");
        Refused("training.decayMode (\"Independent\", now \"Sqrt\")", "--decay-mode", "sqrt");

        void Refused(string expected, string name, string value)
        {
            string[] other = [.. run, "--resume"];
            other[Array.IndexOf(other, name) + 1] = value;
            var (code, _, error) = CommandLine.Run(other);
            Assert.Equal(2, code);
            Assert.Contains(expected, error);
        }
    }

    [Fact]
    public void The_table_shows_what_the_mode_decays_by()
    {
        static string Up(params string[] mode) => CommandLine.Run(["table", "--width", "1024", "--layers", "1", .. mode]).Output
            .Split('\n').Single(static line => line.StartsWith("Blocks.0.Mlp.Up.weight", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[7];

        // The example's density is ⅛: its learning rate's factor is 2.
        Assert.Equal(
            ("1", "4", "4", "0.5"),
            (Up(), Up("--decay-mode", "completep"), Up("--decay-mode", "mup"), Up("--decay-mode", "independent")));
    }

    private static string[] Column(string[] lines, string name)
    {
        var index = Array.IndexOf(lines[0].Split(','), name);
        return [.. lines.Skip(1).Select(line => line.Split(',')[index])];
    }

    private static (int Code, string Error) Quiet((int Code, string Output, string Error) result) => (result.Code, result.Error);
}

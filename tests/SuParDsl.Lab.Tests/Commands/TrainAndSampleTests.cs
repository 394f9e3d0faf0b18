using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using SuParDsl.Checkpoints;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Tests.Commands;

/// <summary>One tiny run by the real program, shared by the tests that examine its output.</summary>
public sealed class TinyRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyRun()
    {
        Data = folder.Write("text.txt", SmallText.Sentences);
        Result = Train("run");
    }

    public string Data { get; }

    public string Run => folder["run"];

    public (int Code, string Output, string Error) Result { get; }

    public string Fresh(string name) => folder[name];

    public (int Code, string Output, string Error) Train(string name) => CommandLine.Run(
    [
        "train", .. SmallText.Sizes, "--steps", "60", "--batch", "8", "--warmup", "5", "--lr", "1e-2", "--eval-every", "20",
        "--eval-batches", "2", "--sample-length", "40", "--data", Data, "--out", folder[name],
    ]);

    public void Dispose() => folder.Dispose();
}

public sealed class TrainAndSampleTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void Training_succeeds_and_says_what_it_reached()
    {
        Assert.Equal((0, string.Empty), (tiny.Result.Code, tiny.Result.Error));
        Assert.Contains("step 60/60", tiny.Result.Output);
        Assert.Contains("Blocks.0.Attn.Qkv.weight", tiny.Result.Output);
        Assert.Contains("bits per character at step 60", tiny.Result.Output);
        Assert.DoesNotContain('\u001b', tiny.Result.Output);
    }

    [Fact]
    public void The_loss_falls()
    {
        var losses = Metrics().Where(static row => row[1].Length > 0)
            .Select(static row => double.Parse(row[1], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(60, losses.Count);
        Assert.True(losses[^1] < 0.6 * losses[0], $"from {losses[0]} to {losses[^1]}");
        Assert.Equal(["0", "20", "40", "60"], Metrics().Where(static row => row[2].Length > 0).Select(static row => row[0]));
    }

    [Fact]
    public void The_run_folder_is_complete_and_has_nothing_else() => Assert.Equal(
        [
            "checkpoints", "config.json", "loss.svg", "metrics.csv", "model.safetensors", "options.json", "sample.txt",
            "table.md", "vocabulary.json",
        ],
        Directory.GetFileSystemEntries(tiny.Run)
            .Select(Path.GetFileName)
            .Where(static name => !name!.StartsWith("events.out.tfevents.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Its_files_can_be_read()
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Run, "config.json")));
        Assert.Equal(0.25, config.RootElement.GetProperty("size").GetProperty("density").GetDouble());
        Assert.Equal(60, config.RootElement.GetProperty("training").GetProperty("steps").GetInt32());
        Assert.Equal("svg", XDocument.Load(Path.Combine(tiny.Run, "loss.svg")).Root!.Name.LocalName);
        using var checkpoint = SafetensorsReader.Open(Path.Combine(tiny.Run, "model.safetensors"));
        Assert.Equal<long>([96 * 32 / 8], checkpoint.Entries["mask.Blocks.0.Attn.Qkv.weight"].Shape);
    }

    [Fact]
    public void Masked_weights_are_zero_in_the_checkpoint()
    {
        using var checkpoint = SafetensorsReader.Open(Path.Combine(tiny.Run, "model.safetensors"));
        var weights = checkpoint.ReadFloats("Blocks.0.Mlp.Up.weight");
        var mask = WeightMask.FromPacked([128, 32], checkpoint.ReadBytes("mask.Blocks.0.Mlp.Up.weight"));
        Assert.Equal(128 * 32 / 4, mask.Kept);
        Assert.All(weights.Index(), entry => Assert.Equal(mask[entry.Index], entry.Item != 0));
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.Equal(0, tiny.Train("again").Code);
        Assert.Equal(Losses("run"), Losses("again"));

        IEnumerable<string> Losses(string name) =>
            File.ReadLines(Path.Combine(tiny.Fresh(name), "metrics.csv"))
                .Select(static line => string.Join(',', line.Split(',').Take(5)));
    }

    [Fact]
    public void A_sample_continues_its_prompt_the_same_way_for_the_same_seed()
    {
        var first = CommandLine.Run("sample", tiny.Run, "--prompt", "The cat", "--length", "30", "--seed", "3");
        var second = CommandLine.Run("sample", tiny.Run, "--prompt", "The cat", "--length", "30", "--seed", "3");
        Assert.Equal(0, first.Code);
        Assert.Equal(first, second);
        Assert.StartsWith("The cat", first.Output);
        Assert.Equal("The cat".Length + 30 + Environment.NewLine.Length, first.Output.Length);
    }

    [Fact]
    public void A_character_that_the_model_does_not_know_is_refused()
    {
        var (code, _, error) = CommandLine.Run("sample", tiny.Run, "--prompt", "Zebra");
        Assert.Equal(2, code);
        Assert.Contains("the character 'Z' (U+005A) is not in the vocabulary", error);
    }

    [Theory]
    [InlineData("config.json", "{", "is damaged")]
    [InlineData("config.json", "{}", "is damaged")]
    [InlineData("vocabulary.json", """{"kind":"characters","characters":"ab"}""", "has 2 tokens, its model")]
    [InlineData("vocabulary.json", """{"kind":"characters","characters":"aa"}""", "it must have at least one, and no duplicates")]
    [InlineData("vocabulary.json", """{"kind":"runes"}""", "is damaged")]
    [InlineData("model.safetensors", "short", "is not a valid safetensors file")]
    public void A_damaged_run_folder_is_refused(string file, string content, string expected)
    {
        using var copy = new TemporaryFolder();
        foreach (var original in Directory.GetFiles(tiny.Run))
        {
            File.Copy(original, copy[Path.GetFileName(original)]);
        }

        copy.Write(file, content);
        var (code, output, error) = CommandLine.Run("sample", copy.Path);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(expected, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_NaN_loss_at_the_start_is_reported()
    {
        var (code, _, error) = CommandLine.Run(
            "train", "--width", "32", "--head-dim", "16", "--layers", "1", "--context", "16", "--sigma", "1e30", "--steps", "3",
            "--data", tiny.Data, "--out", tiny.Fresh("nan"));
        Assert.Equal(1, code);
        Assert.Contains("the loss is NaN or infinite at step 0, before any training", error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused()
    {
        Assert.Equal(0, CommandLine.Run(
            "train", "--width", "64", "--layers", "1", "--context", "16", "--steps", "1", "--sample-length", "0",
            "--data", tiny.Data, "--out", tiny.Fresh("wide")).Code);
        using var copy = new TemporaryFolder();
        foreach (var name in new[] { "config.json", "vocabulary.json" })
        {
            File.Copy(Path.Combine(tiny.Run, name), copy[name]);
        }

        File.Copy(Path.Combine(tiny.Fresh("wide"), "model.safetensors"), copy["model.safetensors"]);
        Assert.Equal(2, CommandLine.Run("sample", copy.Path).Code);
    }

    [Fact]
    public void The_table_is_text_or_json()
    {
        Assert.Contains("Blocks.1.Mlp.Down.weight", CommandLine.Run("table", "--layers", "2").Output);
        using var json = JsonDocument.Parse(CommandLine.Run("table", "--json", "--width", "512", "--rule", "MUP").Output);
        Assert.Equal("MuP", json.RootElement.GetProperty("rule").GetString());
    }

    private IEnumerable<string[]> Metrics() =>
        File.ReadLines(Path.Combine(tiny.Run, "metrics.csv")).Skip(1).Select(static line => line.Split(','));
}

using System.Text.Json;
using Gpt2;
using NanoGpt;
using SuParDsl.Lab.Tests.Commands;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>Training starts from the weights of a run or of another program, dense or sparse, to any density.</summary>
public sealed class FineTuneTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private static readonly string[] Short =
        ["--steps", "4", "--batch", "2", "--warmup", "2", "--lr", "1e-3", "--eval-batches", "2", "--sample-length", "0",
            "--threads", "1"];

    [Fact]
    public void A_run_goes_on_from_its_weights_with_their_sizes_masks_and_vocabulary()
    {
        var output = Train("tuned", "--from", tiny.Run);
        Assert.Contains($"starts from the weights of {tiny.Run}", output);
        Assert.Equal(LastLoss(tiny.Run), FirstLoss("tuned"), 0.2);
        using var before = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Run);
        using var after = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Fresh("tuned"));
        Assert.All(before.Masks, mask => Assert.Equal(mask.Value.ToPacked(), after.Masks[mask.Key].ToPacked()));
        Assert.NotEqual(before.GetWeights("Tok.weight"), after.GetWeights("Tok.weight"));
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Fresh("tuned"), "config.json")));
        Assert.Equal(tiny.Run, config.RootElement.GetProperty("start").GetProperty("from").GetString());
        Assert.Equal(32, config.RootElement.GetProperty("size").GetProperty("width").GetInt32());
    }

    [Fact]
    public void Its_options_repeat_it()
    {
        Train("first", "--from", tiny.Run, "--density", "1/8", "--prune", "wanda", "--calibration", "2");
        Assert.Equal((0, string.Empty), Run("train", "--config", Path.Combine(tiny.Fresh("first"), "options.json"), "--out",
            tiny.Fresh("second")));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Fresh("first"), "model.safetensors")),
                File.ReadAllBytes(Path.Combine(tiny.Fresh("second"), "model.safetensors")));
    }

    [Fact]
    public void It_resumes_from_its_own_weights()
    {
        string[] options = ["train", "--from", tiny.Run, .. Short, "--data", tiny.Data, "--out", tiny.Fresh("resumed"),
            "--checkpoint-every", "2", "--resume"];
        Assert.Equal((0, string.Empty), Run(options));
        var weights = File.ReadAllBytes(Path.Combine(tiny.Fresh("resumed"), "model.safetensors"));
        Assert.Equal((0, string.Empty), Run(options));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(tiny.Fresh("resumed"), "model.safetensors")));
        Assert.Contains("was begun with another", Run([.. options, "--prune", "wanda"]).Error);
    }

    [Theory]
    [InlineData("magnitude")]
    [InlineData("wanda")]
    public void A_sparser_model_keeps_a_part_of_the_masks_and_rates_that_follow_its_density(string criterion)
    {
        var output = Train($"sparser-{criterion}", "--from", tiny.Run, "--density", "1/8", "--prune", criterion);
        Assert.Matches(@"Blocks\.0\.Mlp\.Up\.weight +Hidden +128×32 +1024×256 +0\.125 +\S+ +64 ", output);
        using var before = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Run);
        using var after = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Fresh($"sparser-{criterion}"));
        Assert.All(after.Masks, mask =>
        {
            Assert.Equal(mask.Value.Count / 8, mask.Value.Kept);
            Assert.All(mask.Value.Positions(), position => Assert.True(before.Masks[mask.Key][position]));
        });
    }

    [Fact]
    public void A_dense_model_takes_all_weights_of_a_sparse_one_and_trains_all()
    {
        Train("dense", "--from", tiny.Run, "--density", "1");
        Assert.Equal(LastLoss(tiny.Run), FirstLoss("dense"), 0.2);
        using var after = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Fresh("dense"));
        Assert.Empty(after.Masks);
        Assert.True(after.GetWeights("Blocks.0.Mlp.Up.weight").Count(static value => value != 0) > 4000);
    }

    [Fact]
    public void Imported_weights_are_pruned_and_trained_on_ids_or_with_byte_pairs()
    {
        var foreign = ForeignModel.Gpt2(vocab: 64, context: 8).Write(tiny.Fresh("foreign"));
        Directory.CreateDirectory(tiny.Fresh("ids"));
        foreach (var name in (string[])["train.bin", "val.bin"])
        {
            File.WriteAllBytes(Path.Combine(tiny.Fresh("ids"), name),
                [.. Enumerable.Range(0, 800).Select(static i => (byte)(i % 2 == 0 ? i * 7 % 60 : 0))]);
        }

        var (code, output, error) = CommandLine.Of<Gpt2Model>(
            ["train", "--from", foreign, "--density", "1/2", "--prune", "wanda", .. Short, "--data", tiny.Fresh("ids"),
                "--out", tiny.Fresh("from-foreign")]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("64 different", output);
        using var model = ImportedRun.Model<Gpt2Model, Gpt2Model.Size>(tiny.Fresh("from-foreign"));
        Assert.All(model.Masks.Values, static mask => Assert.Equal(mask.Count / 2, mask.Kept));

        var text = CommandLine.Of<Gpt2Model>(["train", "--from", foreign, .. Short, "--data", tiny.Data, "--out",
            tiny.Fresh("no-tokenizer")]);
        Assert.Contains("came without a tokenizer that the lab reads: give --data a folder of token ids, or add "
            + "--tokenizer bpe:FOLDER", text.Error);
    }

    [Fact]
    public void Gradual_pruning_begins_with_all_weights()
    {
        Train("dense-again", "--from", tiny.Run, "--density", "1");
        Train("gradual", "--from", tiny.Fresh("dense-again"), "--density", "1/4", "--method", "gmp", "--mask-every", "1",
            "--mask-stop", "3");
        Assert.Equal(LastLoss(tiny.Fresh("dense-again")), FirstLoss("gradual"), 0.2);
        using var after = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Fresh("gradual"));
        Assert.All(after.Masks.Values, static mask => Assert.Equal(mask.Count / 4, mask.Kept));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_one_line()
    {
        Refused("--from", "nowhere", "there is no run folder nowhere");
        Refused("--from", tiny.Fresh("text.txt"), "it must be the folder of a run");
        Refused(["--from", tiny.Run, "--width", "64"], "has shape [");
        Refused(["--from", tiny.Run, "--density", "1/2"], "pruning brings no weight back");
        Refused(["--from", tiny.Run, "--rule", "standard"], "the rule is supar there and standard here");
        Refused(["--from", tiny.Run, "--tokenizer", "byte"], "have a tokenizer of", "leave it out");
        Refused(["--from", tiny.Run, "--vocabulary", "300"], "leave it out");
        Refused(["--prune", "wanda"], "--prune applies only with --from");
        Refused(["--from", tiny.Run, "--calibration", "3"], "--calibration applies only with --prune wanda");
        Refused(["--from", tiny.Run, "--density", "1", "--prune", "wanda"], "has nothing to prune");
        File.WriteAllText(tiny.Fresh("zebra.txt"), SmallText.Sentences + "Zebra\n");
        Assert.Contains("the character 'Z' (U+005A) is not in the vocabulary", Run(
            ["train", "--from", tiny.Run, .. Short, "--data", tiny.Fresh("zebra.txt"), "--out", tiny.Fresh("refused")]).Error);
        Assert.False(Directory.Exists(tiny.Fresh("refused")));
    }

    private void Refused(string option, string value, string expected) => Refused([option, value], expected);

    private void Refused(string[] options, params string[] expected)
    {
        var (code, error) = Run(["train", .. options, .. Short, "--data", tiny.Data, "--out", tiny.Fresh("refused")]);
        Assert.Equal(2, code);
        Assert.All(expected, text => Assert.Contains(text,
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries))));
        Assert.False(Directory.Exists(tiny.Fresh("refused")));
    }

    private string Train(string name, params string[] options)
    {
        var (code, output, error) = CommandLine.Run(["train", .. options, .. Short, "--data", tiny.Data, "--out",
            tiny.Fresh(name)]);
        Assert.Equal((0, string.Empty), (code, error));
        return output;
    }

    private double FirstLoss(string name) => Losses(tiny.Fresh(name)).First();

    private static double LastLoss(string run) => Losses(run).Last();

    private static IEnumerable<double> Losses(string run) =>
        File.ReadAllLines(Path.Combine(run, "metrics.csv")).Skip(1).Select(static line => line.Split(','))
        .Where(static row => row[2].Length > 0).Select(static row =>
            double.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture));

    private static (int Code, string Error) Run(params string[] args) => CommandLine.Run(args) is var result
        ? (result.Code, result.Error) : default;
}

using System.Text.Json.Nodes;
using Gpt2;
using SuParDsl.Lab.Tests.Data;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>The tokenizer beside another program's weights, when it is one that <c>--tokenizer file:FILE</c> reads.</summary>
public sealed class ForeignTokenizerTests : IDisposable
{
    // The tokenizer has 259 tokens, and the model 12 more, as models are padded.
    private const int Vocabulary = 271;

    private static readonly string[] Short =
        ["--steps", "2", "--batch", "2", "--eval-batches", "1", "--sample-length", "0", "--threads", "1"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_is_the_run_s_and_goes_out_as_it_came()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Foreign(), "tokenizer.json"));
        Assert.Contains("271 tokens;", Succeeds("import", folder["foreign"], "--out", folder["run"]));
        Succeeds("sample", folder["run"], "--prompt", "at the", "--length", "5");
        Succeeds("export", folder["run"], folder["out"], "--format", "hf");
        Assert.Equal(bytes, File.ReadAllBytes(folder["out/tokenizer.json"]));
        Assert.Contains("PreTrainedTokenizerFast", File.ReadAllText(folder["out/tokenizer_config.json"]));
        Assert.Equal("258", JsonNode.Parse(File.ReadAllText(folder["out/config.json"]))!["eos_token_id"]!.ToJsonString());
        Assert.Contains("271 tokens;", Succeeds("import", folder["out"], "--out", folder["again"]));
    }

    [Fact]
    public void Weights_are_trained_on_text_and_on_data_prepared_with_it()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        var tokenizer = "file:" + Path.Combine(Foreign(), "tokenizer.json");
        Assert.Contains("271 different", Succeeds(
            ["train", "--from", folder["foreign"], .. Short, "--data", data, "--out", folder["text"]]));
        Succeeds("prepare", "--data", data, "--tokenizer", tokenizer, "--out", folder["tokens"]);
        Assert.Contains("271 different", Succeeds(
            ["train", "--from", folder["foreign"], .. Short, "--data", folder["tokens"], "--out", folder["prepared"]]));
        Succeeds("prepare", "--data", data, "--tokenizer", "byte", "--out", folder["bytes"]);
        var (code, _, error) = CommandLine.Of<Gpt2Model>(
            ["train", "--from", folder["foreign"], .. Short, "--data", folder["bytes"], "--out", folder["no"]]);
        Assert.Equal(2, code);
        Assert.Contains("was prepared with 256 bytes, which are not the 271 tokens of the weights of --from", error);
    }

    [Fact]
    public void One_that_is_not_read_is_named_and_ids_are_left()
    {
        Foreign(static json => json["normalizer"] = new JsonObject { ["type"] = "Lowercase" });
        Assert.Contains(
            "no tokenizer that the lab reads (" + Path.Combine(folder["foreign"], "tokenizer.json")
            + " has the normalizer Lowercase",
            Succeeds("import", folder["foreign"], "--out", folder["run"]));
        var good = folder.Write("good.json", Tokenizer().ToJsonString());
        var data = folder.Write("text.txt", SmallText.Sentences);
        Assert.Contains("271 different", Succeeds(
            [
                "train", "--from", folder["foreign"], .. Short, "--data", data, "--tokenizer", "file:" + good,
                "--out", folder["named"],
            ]));
        Assert.Contains("271 different", Succeeds(
            ["train", "--from", folder["foreign"], .. Short, "--data", folder.Write("ids.jsonl", Ids), "--field", "ids", "--out",
                folder["ids"]]));
    }

    private static string Ids => string.Concat(Enumerable.Range(0, 40).Select(static i =>
        $"{{\"ids\": [{string.Join(", ", Enumerable.Range(i, 20).Select(static id => id * 7 % 200))}]}}\n"));

    private static JsonObject Tokenizer() => TokenizerJsonFiles.ByteLevel("a t", "\u0120 t");

    private string Foreign(Action<JsonObject>? change = null)
    {
        var path = ForeignModel.Gpt2(vocab: Vocabulary, context: 8, layers: 1).Write(folder["foreign"]);
        var tokenizer = Tokenizer();
        change?.Invoke(tokenizer);
        folder.Write("foreign/tokenizer.json", tokenizer.ToJsonString());
        return path;
    }

    private static string Succeeds(params string[] args)
    {
        var (code, output, error) = CommandLine.Of<Gpt2Model>(args);
        Assert.Equal((0, string.Empty), (code, error));
        return output;
    }
}

using System.Text.Json.Nodes;
using Gpt2;
using Llama;
using NanoGpt;
using TiedLlama;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>The weights of other programs come in, and give the logits that those programs' definitions give.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Llama3 =
        """
        {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
         "original_max_position_embeddings": 32}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("F32", 1)]
    [InlineData("F16", 1)]
    [InlineData("BF16", 3)]
    public void Gpt2_gives_the_logits_of_its_definition(string type, int files)
    {
        var foreign = ForeignModel.Gpt2();
        Import<Gpt2Model>(foreign.Write(folder["gpt2"], type, files));
        using var model = ImportedRun.Model<Gpt2Model, Gpt2Model.Size>(folder["run"]);
        ImportedRun.AssertSame(PlainModels.Logits(foreign.As(type), ImportedRun.Ids), ImportedRun.Logits(model, ImportedRun.Ids));
    }

    [Theory]
    [InlineData("supar")]
    [InlineData("standard")]
    [InlineData("mup")]
    public void The_rule_does_not_change_the_logits(string rule)
    {
        var foreign = ForeignModel.Gpt2();
        Import<Gpt2Model>(foreign.Write(folder["gpt2"]), "--rule", rule);
        using var model = ImportedRun.Model<Gpt2Model, Gpt2Model.Size>(folder["run"]);
        Assert.Equal(rule, model.Rule.ToString(), ignoreCase: true);
        ImportedRun.AssertSame(PlainModels.Logits(foreign, ImportedRun.Ids), ImportedRun.Logits(model, ImportedRun.Ids));
    }

    [Theory]
    [InlineData("supar")]
    [InlineData("standard")]
    public void NanoGpt_reads_both_layouts_and_takes_its_own_scale_of_attention_into_the_queries(string rule)
    {
        var foreign = ForeignModel.Gpt2("gelu");
        Import<Gpt>(foreign.Write(folder["hf"]), "--rule", rule);
        using var model = ImportedRun.Model<Gpt, Gpt.Size>(folder["run"]);
        ImportedRun.AssertSame(PlainModels.Logits(foreign, ImportedRun.Ids), ImportedRun.Logits(model, ImportedRun.Ids));

        Export<Gpt>("nano", "--format", "nanogpt");
        var nano = ForeignModel.Read(folder["nano"]);
        Assert.Equal([72, 24], nano.Tensors["transformer.h.0.attn.c_attn.weight"].Shape);
        ImportedRun.AssertSame(PlainModels.Logits(nano, ImportedRun.Ids), ImportedRun.Logits(model, ImportedRun.Ids));
        var (code, _, error) = CommandLine.Of<Gpt>("import", folder["nano"], "--out", folder["again"], "--rule", rule);
        Assert.Equal((0, string.Empty), (code, error));
        using var again = ImportedRun.Model<Gpt, Gpt.Size>(folder["again"]);
        ImportedRun.AssertSame(PlainModels.Logits(nano, ImportedRun.Ids), ImportedRun.Logits(again, ImportedRun.Ids));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"rope_type": "linear", "factor": 4.0}""")]
    [InlineData(Llama3)]
    public void Llama_gives_the_logits_of_its_definition(string? scaling)
    {
        var foreign = ForeignModel.Llama(tied: false, scaling is null ? null : JsonNode.Parse(scaling), epsilon: 1e-6);
        Import<LlamaModel>(foreign.Write(folder["llama"], "BF16"));
        using var model = ImportedRun.Model<LlamaModel, LlamaModel.Size>(folder["run"]);
        ImportedRun.AssertSame(PlainModels.Logits(foreign.As("BF16"), ImportedRun.Ids),
            ImportedRun.Logits(model, ImportedRun.Ids));
    }

    [Theory]
    [InlineData("supar")]
    [InlineData("standard")]
    public void A_tied_llama_gives_the_logits_of_its_definition(string rule)
    {
        var foreign = ForeignModel.Llama(tied: true);
        Import<TiedLlamaModel>(foreign.Write(folder["llama"], files: 2), "--rule", rule);
        using var model = ImportedRun.Model<TiedLlamaModel, TiedLlamaModel.Size>(folder["run"]);
        ImportedRun.AssertSame(PlainModels.Logits(foreign, ImportedRun.Ids), ImportedRun.Logits(model, ImportedRun.Ids));
    }

    [Fact]
    public void Rotary_parameters_are_read_from_newer_configurations()
    {
        var foreign = ForeignModel.Llama(tied: false);
        foreign.Config.Remove("rope_theta");
        foreign.Config.Remove("rope_scaling");
        foreign.Config["rope_parameters"] = new JsonObject { ["rope_theta"] = 250000.0, ["rope_type"] = "linear", ["factor"] =
            2.0 };
        Import<LlamaModel>(foreign.Write(folder["llama"]));
        Assert.Equal((250000.0, 2.0), ImportedSize<LlamaModel.Size>() is var size ? (size.Theta, size.RopeFactor) : default);
    }

    [Fact]
    public void Names_without_the_prefix_masks_and_a_copy_of_the_readout_are_read()
    {
        var foreign = ForeignModel.Gpt2();
        var tensors = foreign.Tensors.ToDictionary(static entry => entry.Key["transformer.".Length..], static entry =>
            entry.Value);
        tensors["h.0.attn.bias"] = ([1, 1, 16, 16], new float[256]);
        tensors["lm_head.weight"] = tensors["wte.weight"];
        Import<Gpt2Model>((foreign with { Tensors = tensors }).Write(folder["gpt2"]));
        using var model = ImportedRun.Model<Gpt2Model, Gpt2Model.Size>(folder["run"]);
        Assert.Equal(foreign.Tensors["transformer.wte.weight"].Values, model.GetWeights("Tok.weight"));
    }

    [Fact]
    public void An_imported_run_can_be_sampled_reported_and_exported()
    {
        Import<Gpt2Model>(ForeignModel.Gpt2().Write(folder["gpt2"]));
        var (code, output, error) = CommandLine.Of<Gpt2Model>("sample", folder["run"], "--prompt", "3 1 4", "--length", "5");
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal(8, output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(static word => int.TryParse(word, out _)));
        Assert.Equal(0, CommandLine.Of<Gpt2Model>("report", folder["run"], "--out", folder["report.html"]).Code);
        Assert.Contains("the weights of gpt2 (GPT2LMHeadModel)", File.ReadAllText(folder["report.html"]));
    }

    [Fact]
    public void Byte_pairs_beside_the_weights_are_the_run_s_tokenizer()
    {
        var pairs = SuParDsl.Lab.Data.BytePairs.BytePairLearner.Learn(SmallText.Sentences, 270);
        ForeignModel.Gpt2(vocab: 280).Write(folder["gpt2"]);
        SuParDsl.Lab.Data.BytePairs.BytePairFiles.Write(folder["gpt2"], pairs);
        Import<Gpt2Model>(folder["gpt2"]);
        var (code, output, _) = CommandLine.Of<Gpt2Model>("sample", folder["run"], "--prompt", "The cat", "--length", "1",
            "--temperature", "0");
        Assert.Equal(0, code);
        Assert.StartsWith("The cat", output);
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("BF16")]
    public void Import_export_import_gives_the_same_bits(string type)
    {
        AssertRoundTrip<Gpt2Model>(ForeignModel.Gpt2(), type, "gpt2");
        AssertRoundTrip<LlamaModel>(ForeignModel.Llama(tied: false, JsonNode.Parse(Llama3)), type, "llama");
        AssertRoundTrip<TiedLlamaModel>(ForeignModel.Llama(tied: true), type, "tied");
        // √d is a power of two, by which dividing and multiplying is exact.
        AssertRoundTrip<Gpt>(ForeignModel.Gpt2("gelu", width: 32, headDim: 16), type, "nano");
    }

    private void AssertRoundTrip<TModel>(ForeignModel foreign, string type, string name)
    {
        string[] paths = [folder[name], folder[name + "-run"], folder[name + "-back"], folder[name + "-again"]];
        foreign.Write(paths[0], type);
        Assert.Equal((0, string.Empty), Run<TModel>("import", paths[0], "--out", paths[1]));
        Assert.Equal((0, string.Empty), Run<TModel>("export", paths[1], paths[2], "--format", "hf"));
        Assert.Equal((0, string.Empty), Run<TModel>("import", paths[2], "--out", paths[3]));
        var back = ForeignModel.Read(paths[2]);
        Assert.Equal(foreign.Tensors.Keys.Order(), back.Tensors.Keys.Order());
        Assert.All(foreign.As(type).Tensors, entry => Assert.Equal(entry.Value.Values, back.Tensors[entry.Key].Values));
        Assert.All(foreign.Config.Where(static entry => entry.Value is not null), entry =>
            Assert.True(JsonNode.DeepEquals(entry.Value, back.Config[entry.Key])
                || back.Config[entry.Key] is JsonObject, entry.Key));
        Assert.Equal(File.ReadAllBytes(Path.Combine(paths[1], "model.safetensors")),
            File.ReadAllBytes(Path.Combine(paths[3], "model.safetensors")));
    }

    private void Import<TModel>(string source, params string[] options) =>
        Assert.Equal((0, string.Empty), Run<TModel>(["import", source, "--out", folder["run"], .. options]));

    private void Export<TModel>(string name, params string[] options) =>
        Assert.Equal((0, string.Empty), Run<TModel>(["export", folder["run"], folder[name], .. options]));

    private TSize ImportedSize<TSize>() where TSize : class =>
        SuParDsl.Lab.Runs.RunFolder.Existing(folder["run"]).ReadConfig<TSize>().Size;

    private static (int Code, string Error) Run<TModel>(params string[] args) => CommandLine.Of<TModel>(args) is var result
        ? (result.Code, result.Error) : default;
}

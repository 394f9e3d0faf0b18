using System.Text.Json;
using NanoGpt;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Tests.Commands;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>Trained sparse models go out with their multipliers folded in, and with a note of their masks.</summary>
public sealed class ExportTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void A_trained_run_gives_the_same_logits_in_plain_gpt_2()
    {
        var hf = ForeignModel.Read(Export("hf", "--format", "hf"));
        using var model = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Run);
        ImportedRun.AssertSame(PlainModels.Logits(hf, 3, 1, 4, 1, 5), ImportedRun.Logits(model, 3, 1, 4, 1, 5));
        Assert.Equal("gelu", hf.Config["activation_function"]!.ToString());
        Assert.All(hf.Tensors["transformer.h.0.mlp.c_fc.bias"].Values, static value => Assert.Equal(0, value));
        Assert.True(File.Exists(Path.Combine(tiny.Fresh("hf"), "generation_config.json")));
    }

    [Theory]
    [InlineData("supar", 64)]
    [InlineData("standard", 48)]
    [InlineData("mup", 32)]
    public void Every_multiplier_is_folded_in(string rule, int width)
    {
        var run = $"folded-{rule}";
        Assert.Equal((0, string.Empty), Run(
            "train", "--width", $"{width}", "--layers", "2", "--head-dim", "8", "--context", "16", "--density", "1/4",
                "--rule", rule, "--alpha-in", "3",
            "--alpha-out", "0.7", "--bias", "--sigma", "0.2", "--steps", "3", "--batch", "2", "--eval-batches", "1",
                "--sample-length", "0", "--threads", "1",
            "--data", tiny.Data, "--out", tiny.Fresh(run)));
        Assert.Equal((0, string.Empty), Run("export", tiny.Fresh(run), tiny.Fresh(run + "-hf"), "--format", "hf"));
        Assert.Equal((0, string.Empty), Run("export", tiny.Fresh(run), tiny.Fresh(run + "-nano"), "--format", "nanogpt"));
        using var model = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Fresh(run));
        var expected = ImportedRun.Logits(model, 3, 1, 4, 1, 5);
        ImportedRun.AssertSame(PlainModels.Logits(ForeignModel.Read(tiny.Fresh(run + "-hf")), 3, 1, 4, 1, 5), expected);
        ImportedRun.AssertSame(PlainModels.Logits(ForeignModel.Read(tiny.Fresh(run + "-nano")), 3, 1, 4, 1, 5), expected);
    }

    [Fact]
    public void Masks_are_noted_and_written_on_request()
    {
        var path = Export("masked", "--format", "hf", "--masks");
        const string Name = "transformer.h.0.mlp.c_fc.weight";
        using var notes = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "sparsity.json")));
        Assert.Equal(0.25, notes.RootElement.GetProperty(Name).GetProperty("density").GetDouble());
        Assert.Equal(("Exact", "Static"), notes.RootElement.GetProperty(Name) is var note
            ? (note.GetProperty("mask").GetString(), note.GetProperty("method").GetString()) : default);
        using var masks = SafetensorsReader.Open(Path.Combine(path, "masks.safetensors"));
        Assert.Equal<long>([32, 128], masks.Entries[Name].Shape);
        Assert.Equal("BOOL", masks.Entries[Name].Type);
        using var model = ImportedRun.Model<Gpt, Gpt.Size>(tiny.Run);
        var bits = File.ReadAllBytes(Path.Combine(path, "masks.safetensors"))[^(int)masks.Entries.Values.Sum(static entry =>
            entry.Length)..];
        var (mask, start) = (model.Masks["Blocks.0.Mlp.Up.weight"], masks.Entries[Name].Offset);
        Assert.All(Enumerable.Range(0, 32 * 128), i => Assert.Equal(mask[(i % 128 * 32) + (i / 128)], bits[start + i] == 1));
    }

    [Fact]
    public void Compressed_tensors_are_smaller_and_come_back()
    {
        var (dense, compressed) = (Export("plain", "--format", "hf"), Export("compressed", "--format", "hf", "--compressed"));
        Assert.True(new FileInfo(Path.Combine(compressed, "model.safetensors")).Length < 0.6 * new FileInfo(Path.Combine(dense,
            "model.safetensors")).Length);
        Assert.Equal((0, string.Empty), Run("import", dense, "--out", tiny.Fresh("from-plain")));
        Assert.Equal((0, string.Empty), Run("import", compressed, "--out", tiny.Fresh("from-compressed")));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Fresh("from-plain"), "model.safetensors")),
            File.ReadAllBytes(Path.Combine(tiny.Fresh("from-compressed"), "model.safetensors")));
    }

    [Fact]
    public void The_characters_of_a_run_come_back()
    {
        Assert.Equal((0, string.Empty), Run("import", Export("characters", "--format", "hf"), "--out",
            tiny.Fresh("characters-run")));
        Assert.Equal(File.ReadAllText(Path.Combine(tiny.Run, "vocabulary.json")),
            File.ReadAllText(Path.Combine(tiny.Fresh("characters-run"), "vocabulary.json")));
    }

    [Fact]
    public void What_is_there_is_not_overwritten()
    {
        var path = Export("once", "--format", "hf");
        Assert.Equal((2, $"error: {path} already exists: choose another folder\n"),
            Run("export", tiny.Run, path, "--format", "hf"));
        Assert.Contains("--format is 'pt': it must be reference, hf, nanogpt",
            Run("export", tiny.Run, tiny.Fresh("x"), "--format", "pt").Error);
        Assert.Contains("add --format hf or nanogpt", Run("export", tiny.Run, tiny.Fresh("x"), "--masks").Error);
    }

    private string Export(string name, params string[] options)
    {
        Assert.Equal((0, string.Empty), Run(["export", tiny.Run, tiny.Fresh(name), .. options]));
        return tiny.Fresh(name);
    }

    private static (int Code, string Error) Run(params string[] args) => CommandLine.Run(args) is var result
        ? (result.Code, result.Error) : default;
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NanoGpt;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Tests.Commands;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>Checkpoints can be loaded into PyTorch under the reference's names, and back.</summary>
public sealed class PyTorchTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6];

    [PyTorchFact]
    public void PyTorch_gives_the_same_logits_for_an_exported_run()
    {
        var file = Export("pytorch.safetensors");
        using var model = Trained(out var size);
        var logitScale = size.AlphaOut * Gpt.Base.Width / size.Width;

        var (code, output, error) = OtherProgram.Run(
            PyTorchFactAttribute.Python!,
            [
                Path.Combine(AppContext.BaseDirectory, "Interop", "gpt2.py"), file, $"{size.Width / size.HeadDim}",
                size.AlphaIn.ToString(CultureInfo.InvariantCulture), logitScale.ToString(CultureInfo.InvariantCulture),
                .. Ids.Select(static id => $"{id}"),
            ]);

        Assert.Equal((0, string.Empty), (code, error));
        using var scope = NewDisposeScope();
        model.eval();
        var expected = model.call(tensor(Ids, [1, Ids.Length])).detach().flatten().data<float>().ToArray();
        var actual = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => float.Parse(line, CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(
            expected.Zip(actual),
            static pair => Assert.Equal(pair.First, pair.Second, 1e-4f * Math.Max(1, Math.Abs(pair.First))));
    }

    [Fact]
    public void An_export_loads_back_under_the_reference_s_names()
    {
        var file = Export("back.safetensors");
        using var trained = Trained(out var size);
        using var model = new Gpt(size, seed: 99);
        string[][] names = [["Tok.", "transformer.wte."], ["Pos.", "transformer.wpe."], ["Final.", "transformer.ln_f."],
            ["Blocks.", "transformer.h."], [".Norm1.", ".ln_1."], [".Norm2.", ".ln_2."], [".Attn.Qkv.", ".attn.c_attn."],
            [".Attn.Proj.", ".attn.c_proj."], [".Mlp.Up.", ".mlp.c_fc."], [".Mlp.Down.", ".mlp.c_proj."]];

        ModelCheckpoint.Load(
            model,
            file,
            ours => names.Aggregate(ours, static (name, pair) => name.Replace(pair[0], pair[1], StringComparison.Ordinal)));

        Assert.All(model.Tensors, tensor => Assert.Equal(trained.GetWeights(tensor.Name), model.GetWeights(tensor.Name)));
        Assert.All(model.Masks, mask => Assert.Equal(trained.Masks[mask.Key].ToPacked(), mask.Value.ToPacked()));
    }

    private string Export(string name)
    {
        var file = tiny.Fresh(name);
        Assert.Equal(
            (0, string.Empty), CommandLine.Run("export", tiny.Run, file) is var result ? (result.Code, result.Error) : default);
        Assert.Equal(2, CommandLine.Run("export", tiny.Run, file).Code);
        return file;
    }

    private Gpt Trained(out Gpt.Size size)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Run, "config.json")));
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
        size = config.RootElement.GetProperty("size").Deserialize<Gpt.Size>(options)!;
        var model = new Gpt(size, seed: 1);
        ModelCheckpoint.Load(model, Path.Combine(tiny.Run, "model.safetensors"));
        return model;
    }
}

using NanoGpt;
using SuParDsl.Checkpoints;

namespace SuParDsl.Lab.Tests.Checkpoints;

/// <summary>A checkpoint can be loaded into a model with the same multipliers, and is never loaded partially.</summary>
public sealed class ModelCheckpointTests : IDisposable
{
    private static readonly Dictionary<string, string> NoNotes = [];
    private readonly TemporaryFolder folder = new();

    private static Gpt.Size Small =>
        Gpt.Base with { Width = 32, Layers = 1, HeadDim = 8, Vocab = 12, Context = 8, Density = 0.25 };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_multipliers_are_loaded()
    {
        using var saved = Save(Small);
        using var model = new Gpt(Small, seed: 2);

        ModelCheckpoint.Load(model, folder["a"]);

        AssertSame(saved, model);
    }

    [Fact]
    public void Another_rule_is_refused_unless_only_weights_are_wanted()
    {
        using var saved = Save(Small);
        using var model = new Gpt(Small with { Rule = Rule.MuP }, seed: 2);

        // 0.02/√(1/8·1/4) and 1/(1/8·1/4) under SµPar, without the density under µP.
        AssertRefused(
            model,
            "under SuPar, this model is under MuP: Blocks.0.Attn.Qkv.weight has init std 0.113137 there, 0.0565685 here, "
            + "LR × 32 there, 8 here; Blocks.0.Attn.Proj.weight has",
             "; 1 other tensors; pass anyTable: true to load only its weights");

        ModelCheckpoint.Load(model, folder["a"], anyTable: true);
        AssertSame(saved, model);
    }

    [Fact]
    public void Other_bases_are_other_multipliers()
    {
        using var saved = Save(Small);
        using var bases = BaseSizes.Replace(256, 64);
        using var model = new Gpt(Small, seed: 2);

        AssertRefused(model, "both under SuPar: Tok.weight has readout × 8 there, 2 here; ");
    }

    [Fact]
    public void Another_density_is_another_table()
    {
        using var saved = Save(Small);
        using var model = new Gpt(Small with { Density = 0.5 }, seed: 2);

        AssertRefused(model, "Blocks.0.Attn.Qkv.weight has density 0.25 there, 0.5 here");
    }

    [Fact]
    public void A_damaged_table_is_named()
    {
        using var saved = Save(Small);
        var bytes = File.ReadAllBytes(folder["a"]);
        var at = bytes.AsSpan().IndexOf("\"multipliers\":\""u8) + "\"multipliers\":\""u8.Length;
        bytes[at] = (byte)'[';
        File.WriteAllBytes(folder["a"], bytes);
        using var model = new Gpt(Small, seed: 2);

        AssertRefused(model, "the table of multipliers in ", "is damaged");
    }

    [Fact]
    public void A_damaged_mask_leaves_the_model_as_it_was()
    {
        using var saved = Save(Small);
        using (var file = SafetensorsReader.Open(folder["a"]))
        {
            var tensors = file.Entries.Values.Select(entry => new SafetensorsTensor(
                entry.Name, entry.Type, entry.Name == "mask.Blocks.0.Mlp.Up.weight" ? [entry.Shape[0] - 1] : [.. entry.Shape],
                () => Bytes(file, entry) is var all && entry.Name == "mask.Blocks.0.Mlp.Up.weight" ? all[..^1] : all));
            SafetensorsWriter.Write(folder["b"], [.. tensors], NoNotes);
        }

        File.Move(folder["b"], folder["a"], overwrite: true);
        using var model = new Gpt(Small, seed: 2);
        AssertRefused(model, "the mask of 'Blocks.0.Mlp.Up.weight' in ",
            "is damaged: a mask of shape [128, 32] needs 512 packed bytes, not 511");
    }

    [Fact]
    public void A_file_without_a_table_is_read()
    {
        using var saved = Save(Small);
        using (var file = SafetensorsReader.Open(folder["a"]))
        {
            var tensors = file.Entries.Values.Select(
                entry => new SafetensorsTensor(entry.Name, entry.Type, [.. entry.Shape], () => Bytes(file, entry)));
            SafetensorsWriter.Write(folder["b"], [.. tensors], NoNotes);
        }

        using var model = new Gpt(Small with { Rule = Rule.MuP }, seed: 2);
        ModelCheckpoint.Load(model, folder["b"]);
        AssertSame(saved, model);
    }

    [Fact]
    public void A_part_is_loaded_by_LoadPart()
    {
        using var saved = Save(Small);
        using var deeper = new Gpt(Small with { Layers = 2 }, seed: 2);
        using var fresh = new Gpt(Small with { Layers = 2 }, seed: 2);
        var error = Assert.Throws<CheckpointException>(() => ModelCheckpoint.Load(deeper, folder["a"]));
        Assert.Contains("Blocks.1.", error.Message);

        // Both blocks' MLPs are read from the one block's, and the token embedding is not read. In a deeper model, a branch
        // starts smaller, so the table differs.
        Assert.Contains(
            "init std 0.08 there",
            Assert.Throws<CheckpointException>(() => ModelCheckpoint.LoadPart(deeper, folder["a"], Name)).Message);
        var part = ModelCheckpoint.LoadPart(deeper, folder["a"], Name, anyTable: true);

        Assert.All(
            ["Blocks.0.Mlp.Up.weight", "Blocks.1.Mlp.Up.weight"],
            name => Assert.Equal(saved.GetWeights("Blocks.0.Mlp.Up.weight"), deeper.GetWeights(name)));
        Assert.Equal(saved.Masks["Blocks.0.Mlp.Up.weight"].ToPacked(), deeper.Masks["Blocks.1.Mlp.Up.weight"].ToPacked());
        Assert.All(
            ["Tok.weight", "Blocks.1.Attn.Qkv.weight"], name => Assert.Equal(fresh.GetWeights(name), deeper.GetWeights(name)));
        Assert.Equal("Tok.weight", Assert.Single(part.Unused));
        Assert.Contains("Blocks.1.Mlp.Down.weight", part.Read);
        Assert.Contains("Blocks.1.Attn.Qkv.weight", part.Left);
        Assert.Equal(deeper.Tensors.Length, part.Read.Length + part.Left.Length);

        static string? Name(string name) => name.StartsWith("Tok", StringComparison.Ordinal) ? null
            : name.Contains("Mlp", StringComparison.Ordinal) ? name.Replace("Blocks.1.", "Blocks.0.") : name;
    }

    [Fact]
    public void A_part_that_does_not_fit_is_refused()
    {
        using var saved = Save(Small);
        using var wider = new Gpt(Small with { Vocab = 13 }, seed: 2);
        using var denser = new Gpt(Small with { Density = 0.5 }, seed: 2);
        using var other = new Gpt(Small, seed: 2);

        Assert.Contains("'Tok.weight' in ", Refused(wider, null), StringComparison.Ordinal);
        Assert.Contains("has density 0.25 there, 0.5 here", Refused(denser, null), StringComparison.Ordinal);
        Assert.EndsWith(
            "has no tensor of this Gpt: pass rename if its names differ", Refused(other, static name => "model." + name));

        // Tensors that are left out are not compared.
        ModelCheckpoint.LoadPart(wider, folder["a"], static name => name == "Tok.weight" ? null : name);
        ModelCheckpoint.LoadPart(
            denser, folder["a"], static name => name.StartsWith("Blocks", StringComparison.Ordinal) ? null : name);

        string Refused(Gpt model, Func<string, string?>? rename) =>
            Assert.Throws<CheckpointException>(() => ModelCheckpoint.LoadPart(model, folder["a"], rename)).Message;
    }

    private Gpt Save(Gpt.Size size)
    {
        var model = new Gpt(size, seed: 1);
        ModelCheckpoint.Save(model, folder["a"], NoNotes);
        return model;
    }

    private void AssertRefused(Gpt model, params string[] parts)
    {
        var (weights, masks) = (Weights(model), model.Masks.ToDictionary(static m => m.Key, static m => m.Value));
        var error = Assert.Throws<CheckpointException>(() => ModelCheckpoint.Load(model, folder["a"]));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(weights, Weights(model));
        Assert.All(model.Masks, mask => Assert.Same(masks[mask.Key], mask.Value));
    }

    private static void AssertSame(Gpt expected, Gpt actual)
    {
        Assert.Equal(Weights(expected), Weights(actual));
        Assert.All(expected.Masks, mask => Assert.Equal(mask.Value.ToPacked(), actual.Masks[mask.Key].ToPacked()));
    }

    private static float[] Weights(Gpt model) => [.. model.Tensors.SelectMany(tensor => model.GetWeights(tensor.Name))];

    private static byte[] Bytes(SafetensorsReader file, SafetensorsEntry entry) => entry.Type == SafetensorsType.Byte
        ? file.ReadBytes(entry.Name)
        : System.Runtime.InteropServices.MemoryMarshal.AsBytes(file.ReadFloats(entry.Name).AsSpan()).ToArray();
}

using Gpt2;
using SuParDsl.Lab.Interop;
using SuParDsl.Parameterization;

namespace NanoGpt;

/// <summary>How nanoGPT and Transformers store <see cref="Gpt"/>.</summary>
internal static class Formats
{
    /// <summary>
    /// Transformers' GPT-2 with the exact GELU. It scales attention by 1/√d where this model has 1/d, so that the queries take
    /// the difference.
    /// </summary>
    public static WeightFormat<Gpt.Size> Transformers { get; } = new("hf", "GPT2LMHeadModel", "GPT2Model")
    {
        Size = static (checkpoint, given) =>
        {
            Gpt2Layout.Require(checkpoint.Config, "gelu");
            return Size(checkpoint, given, "n_positions", bias: true);
        },
        Config = static size => Gpt2Layout.Config(size.Width, size.Layers, size.Vocab, size.Context, size.HeadDim,
            size.Dropout, "gelu"),
        Weights = static (size, table) => Rows(size, table, transposed: true),
        Canonical = Gpt2Layout.Canonical,
        Ignored = ["transformer.h.*.attn.bias", "transformer.h.*.attn.masked_bias"],
        Duplicates = new Dictionary<string, string> { ["lm_head.weight"] = "transformer.wte.weight" },
    };

    /// <summary>nanoGPT's checkpoint: config.json holds its model_args, and the weights are those of its state_dict.</summary>
    public static WeightFormat<Gpt.Size> NanoGpt { get; } = new("nanogpt", "nanoGPT")
    {
        Size = static (checkpoint, given) =>
        {
            checkpoint.Config.Require("mup_enabled", false, false);
            return Size(checkpoint, given, "block_size", checkpoint.Config.Flag("bias", missing: true));
        },
        Config = static size => new Dictionary<string, object?>
        {
            ["n_layer"] = size.Layers,
            ["n_head"] = size.Width / size.HeadDim,
            ["n_embd"] = size.Width,
            ["block_size"] = size.Context,
            ["bias"] = size.Bias,
            ["vocab_size"] = size.Vocab,
            ["dropout"] = size.Dropout,
        },
        Weights = static (size, table) => Rows(size, table, transposed: false),
        Canonical = Gpt2Layout.Canonical,
        Ignored = ["transformer.h.*.attn.bias"],
        Duplicates = new Dictionary<string, string> { ["lm_head.weight"] = "transformer.wte.weight" },
    };

    private static Gpt.Size Size(ForeignCheckpoint checkpoint, Gpt.Size given, string context, bool bias)
    {
        var width = checkpoint.Size("n_embd", "transformer.wte.weight", 1);
        return given with
        {
            Width = width,
            Layers = checkpoint.Count("n_layer", "transformer.h.*.ln_1.weight"),
            Vocab = checkpoint.Size("vocab_size", "transformer.wte.weight", 0),
            Context = checkpoint.Size(context, "transformer.wpe.weight", 0),
            HeadDim = Gpt2Layout.HeadDim(checkpoint.Config, width),
            Bias = bias,
            AlphaIn = 1,
            AlphaOut = 1 / RuleTable.Of(given.Rule, Role.Output, Quantity.Forward).At((double)width / Gpt.Base.Width, 1, 1),
        };
    }

    private static IReadOnlyList<WeightMap> Rows(Gpt.Size size, MuTable table, bool transposed)
    {
        var scale = RuleTable.AttentionScale(size.Rule, AttentionScaling.Inverse, size.HeadDim, size.HeadDim);
        return Gpt2Layout.Rows(
            transposed, zeros: transposed, size.AlphaIn, size.AlphaOut * table.ReadoutOf("Tok.weight"),
                scale * Math.Sqrt(size.HeadDim));
    }
}

using SuParDsl.Lab.Interop;
using SuParDsl.Parameterization;

namespace Gpt2;

/// <summary>GPT-2's names for the tensors of a model that is built like it, and its configuration.</summary>
internal static class Gpt2Layout
{
    private const double Epsilon = 1e-5;

    /// <summary>The rows of the mapping.</summary>
    /// <param name="transposed">
    /// Whether matrices are stored as [inputs × outputs], as by Transformers; nanoGPT stores [outputs × inputs].
    /// </param>
    /// <param name="zeros">Whether biases that the model lacks are zeros in the file.</param>
    /// <param name="input">The factor on the embeddings.</param>
    /// <param name="readout">The factor on the logits.</param>
    /// <param name="attention">The factor on attention logits, in addition to 1/√d.</param>
    public static IReadOnlyList<WeightMap> Rows(bool transposed, bool zeros, double input, double readout, double attention) =>
    [
        new("Tok.weight", "transformer.wte.weight") { Scales = [input] },
        new("Pos.weight", "transformer.wpe.weight") { Scales = [input] },
        .. Layer("Blocks.*.Norm1", "transformer.h.*.ln_1", false, zeros),
        .. Layer("Blocks.*.Attn.Qkv", "transformer.h.*.attn.c_attn", transposed, zeros, attention, 1, 1),
        .. Layer("Blocks.*.Attn.Proj", "transformer.h.*.attn.c_proj", transposed, zeros),
        .. Layer("Blocks.*.Norm2", "transformer.h.*.ln_2", false, zeros),
        .. Layer("Blocks.*.Mlp.Up", "transformer.h.*.mlp.c_fc", transposed, zeros),
        .. Layer("Blocks.*.Mlp.Down", "transformer.h.*.mlp.c_proj", transposed, zeros),
        // The readout is the token embedding, so that the norm before it takes the factor on the logits, and undoes the
        // embedding's.
        .. Layer("Final", "transformer.ln_f", false, zeros, readout / input),
    ];

    /// <summary>
    /// Adds the prefix that files of GPT-2 without a readout lack, and removes the one that torch.compile adds.
    /// </summary>
    public static string Canonical(string name)
    {
        name = name.StartsWith("_orig_mod.", StringComparison.Ordinal) ? name["_orig_mod.".Length..] : name;
        return name.StartsWith("transformer.", StringComparison.Ordinal) || name == "lm_head.weight" ? name
            : "transformer." + name;
    }

    /// <summary>Refuses what the model does not compute.</summary>
    /// <param name="config">The configuration of GPT-2.</param>
    /// <param name="activations">The names of the activation that the model computes.</param>
    public static void Require(ForeignConfig config, params string[] activations)
    {
        var activation = config.Text("activation_function", "gelu_new");
        if (!activations.Contains(activation))
        {
            throw config.Refused("activation_function", $"this model computes {string.Join(" or ", activations)}");
        }

        config.Require("layer_norm_epsilon", Epsilon, Epsilon);
        config.Require("scale_attn_weights", true, true);
        config.Require("scale_attn_by_inverse_layer_idx", false, false);
        config.Require("add_cross_attention", false, false);
        config.Require("tie_word_embeddings", true, true);
        config.Require("n_inner", 4 * config.Integer("n_embd"), 4 * config.Integer("n_embd"));
    }

    /// <summary>The scale of attention logits under a rule, over GPT-2's 1/√d.</summary>
    public static double Attention(Rule rule, int headDim, int baseHeadDim) =>
        RuleTable.AttentionScale(rule, AttentionScaling.InverseFromBase, headDim, baseHeadDim) * Math.Sqrt(headDim);

    /// <summary>The size of a head.</summary>
    public static int HeadDim(ForeignConfig config, int width) => width % config.Integer("n_head") == 0
        ? width / config.Integer("n_head")
        : throw config.Refused("n_head", $"it must divide n_embd, {width}");

    /// <summary>The content of config.json.</summary>
    public static Dictionary<string, object?> Config(int width, int layers, int vocab, int context, int headDim,
        double dropout, string activation) => new()
    {
        ["architectures"] = new[] { "GPT2LMHeadModel" },
        ["model_type"] = "gpt2",
        ["vocab_size"] = vocab,
        ["n_positions"] = context,
        ["n_ctx"] = context, // llama.cpp's converter reads this one
        ["n_embd"] = width,
        ["n_layer"] = layers,
        ["n_head"] = width / headDim,
        ["n_inner"] = null,
        ["activation_function"] = activation,
        ["embd_pdrop"] = dropout,
        ["resid_pdrop"] = dropout,
        ["attn_pdrop"] = 0.0,
        ["layer_norm_epsilon"] = Epsilon,
        ["scale_attn_weights"] = true,
        ["tie_word_embeddings"] = true,
    };

    private static WeightMap[] Layer(string model, string file, bool transposed, bool zeros, params double[] scales) =>
    [
        new(model + ".weight", file + ".weight") { Transposed = transposed, Scales = scales.Length == 0 ? [1] : [.. scales] },
        new(model + ".bias", file + ".bias")
        {
            Scales = scales.Length == 0 ? [1] : [.. scales], ZerosPerOutputOf = zeros ? model + ".weight" : null,
        },
    ];
}

using SuParDsl.Lab.Interop;
using SuParDsl.Parameterization;

namespace Llama;

/// <summary>
/// The configuration and the names that Llama has in Transformers, for models with a readout of their own and tied ones.
/// </summary>
internal sealed record LlamaLayout(
    int Width, int Hidden, int Layers, int Vocab, int Context, int HeadDim, int Groups,
    double Theta, RopeScaling Scaling, double Epsilon)
{
    private const double UsualEpsilon = 1e-6, UsualTheta = 10000; // where the configuration does not state them

    /// <summary>The architectures that are built like this. Mistral is, without its sliding window.</summary>
    public static string[] Architectures { get; } = ["LlamaForCausalLM", "MistralForCausalLM"];

    /// <summary>Reads the sizes of a stored model.</summary>
    /// <exception cref="SuParDsl.Lab.UserException">The model is built in another way.</exception>
    public static LlamaLayout Read(ForeignCheckpoint checkpoint, bool tied)
    {
        const string Tok = "model.embed_tokens.weight";
        var config = checkpoint.Config;
        if (config.Flag("tie_word_embeddings", missing: false) != tied)
        {
            throw config.Refused("tie_word_embeddings", tied
                ? "this example has true: take the example Llama"
                : "this example has false: take the example TiedLlama");
        }

        config.Require("hidden_act", "silu", "silu");
        config.Require("attention_bias", false, false);
        config.Require("mlp_bias", false, false);
        config.Require("partial_rotary_factor", 1.0, 1.0);
        if (config.Has("quantization_config") && config.Section("quantization_config")!.Section("sparsity_config") is null)
        {
            throw config.Refused("quantization_config", "this model has none: save the weights as F32, F16 or BF16");
        }

        var width = checkpoint.Size("hidden_size", Tok, 1);
        var heads = config.Integer("num_attention_heads");
        var keys = config.Integer("num_key_value_heads", missing: heads);
        if (width % heads != 0 || heads % keys != 0)
        {
            throw config.Refused(
                "num_attention_heads", $"it must divide hidden_size, {width}, and num_key_value_heads, {keys}, must divide it");
        }

        config.Require("head_dim", width / heads, width / heads);
        var context = config.Integer("max_position_embeddings", missing: 2048);
        if (config.Integer("sliding_window", missing: int.MaxValue) < context)
        {
            throw config.Refused("sliding_window", $"this model attends to all {context} positions");
        }

        var (theta, scaling) = Rotary(config);
        return new(
            width, checkpoint.Size("intermediate_size", "model.layers.0.mlp.gate_proj.weight", 0),
            checkpoint.Count("num_hidden_layers", "model.layers.*.input_layernorm.weight"), checkpoint.Size("vocab_size", Tok, 0),
            context, width / heads, heads / keys, theta, scaling, config.Number("rms_norm_eps", UsualEpsilon));
    }

    /// <summary>The content of config.json.</summary>
    public Dictionary<string, object?> Config(bool tied) => new()
    {
        ["architectures"] = new[] { Architectures[0] },
        ["model_type"] = "llama",
        ["vocab_size"] = Vocab,
        ["hidden_size"] = Width,
        ["intermediate_size"] = Hidden,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = Width / HeadDim,
        ["num_key_value_heads"] = Width / HeadDim / Groups,
        ["head_dim"] = HeadDim,
        ["hidden_act"] = "silu",
        ["max_position_embeddings"] = Context,
        ["rms_norm_eps"] = Epsilon,
        ["rope_theta"] = Theta,
        ["rope_scaling"] = Scaling switch
        {
            { Factor: 1 } => null,
            { Context: 0 } => new Dictionary<string, object> { ["rope_type"] = "linear", ["type"] = "linear", ["factor"] =
                Scaling.Factor },
            _ => new Dictionary<string, object>
            {
                ["rope_type"] = "llama3", ["factor"] = Scaling.Factor, ["low_freq_factor"] = Scaling.Low,
                ["high_freq_factor"] = Scaling.High, ["original_max_position_embeddings"] = Scaling.Context,
            },
        },
        ["attention_bias"] = false,
        ["mlp_bias"] = false,
        ["tie_word_embeddings"] = tied,
    };

    /// <summary>The scale of attention logits under a rule, over Llama's 1/√d.</summary>
    public static double Attention(Rule rule, int headDim, int baseHeadDim) =>
        RuleTable.AttentionScale(rule, AttentionScaling.InverseFromBase, headDim, baseHeadDim) * Math.Sqrt(headDim);

    /// <summary>The rows of the mapping.</summary>
    /// <param name="tied">Whether the token embedding gives the logits.</param>
    /// <param name="input">The factor on the embedding.</param>
    /// <param name="readout">The factor on the logits, without that of the rule for a readout of its own.</param>
    /// <param name="attention">The factor on attention logits, in addition to 1/√d.</param>
    public static IReadOnlyList<WeightMap> Rows(bool tied, double input, double readout, double attention) =>
    [
        new("Tok.weight", "model.embed_tokens.weight") { Scales = [input] },
        new("Blocks.*.Norm1.weight", "model.layers.*.input_layernorm.weight"),
        new("Blocks.*.Attn.Q.weight", "model.layers.*.self_attn.q_proj.weight") { Scales = [attention] },
        new("Blocks.*.Attn.K.weight", "model.layers.*.self_attn.k_proj.weight"),
        new("Blocks.*.Attn.V.weight", "model.layers.*.self_attn.v_proj.weight"),
        new("Blocks.*.Attn.O.weight", "model.layers.*.self_attn.o_proj.weight"),
        new("Blocks.*.Norm2.weight", "model.layers.*.post_attention_layernorm.weight"),
        new("Blocks.*.Mlp.Gate.weight", "model.layers.*.mlp.gate_proj.weight"),
        new("Blocks.*.Mlp.Up.weight", "model.layers.*.mlp.up_proj.weight"),
        new("Blocks.*.Mlp.Down.weight", "model.layers.*.mlp.down_proj.weight"),
        // A tied readout is the embedding, so that the norm before it takes the factor on the logits, and undoes the embedding's.
        new("Final.weight", "model.norm.weight") { Scales = [tied ? readout / input : 1] },
        .. tied ? (WeightMap[])[] : [new("Head.weight", "lm_head.weight") { Scales = [readout] }],
    ];

    // Newer configurations have one object with θ and the scaling; older ones have two keys.
    private static (double Theta, RopeScaling Scaling) Rotary(ForeignConfig config)
    {
        var rotary = config.Section("rope_parameters") ?? config.Section("rope_scaling");
        var theta = config.Number("rope_theta", rotary?.Number("rope_theta", UsualTheta) ?? UsualTheta);
        if (rotary is null)
        {
            return (theta, new(1));
        }

        var type = rotary.Text("rope_type", rotary.Text("type", "default"));
        return (theta, type switch
        {
            "default" => new(1),
            "linear" => new(rotary.Number("factor")),
            "llama3" => new(
                rotary.Number("factor"), rotary.Integer("original_max_position_embeddings"), rotary.Number("low_freq_factor"),
                rotary.Number("high_freq_factor")),
            _ => throw rotary.Refused(rotary.Has("rope_type") ? "rope_type"
                : "type", "this model computes default, linear and llama3"),
        });
    }
}

using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>
/// GPT-2 and Llama written down from their definitions, in float64 and with PyTorch's operations alone: no layer of the library
/// and no multiplier.
/// </summary>
internal static class PlainModels
{
    /// <summary>The logits, positions × tokens.</summary>
    public static double[] Logits(ForeignModel model, params long[] ids)
    {
        using var scope = NewDisposeScope();
        var logits = model.Config["model_type"]?.ToString() == "llama" ? Llama(model, tensor(ids)) : Gpt2(model, tensor(ids));
        return logits.contiguous().data<double>().ToArray();
    }

    private static Tensor Gpt2(ForeignModel model, Tensor ids)
    {
        var config = model.Config;
        var (heads, isNanoGpt) = ((int)config["n_head"]!, config["block_size"] is not null);
        var x = W("transformer.wte.weight").index_select(0, ids) + W("transformer.wpe.weight").narrow(0, 0, ids.shape[0]);
        for (var block = 0; block < (int)config["n_layer"]!; block++)
        {
            var h = $"transformer.h.{block}.";
            var qkv = Linear(Norm(x, h + "ln_1"), h + "attn.c_attn").chunk(3, -1);
            x = x + Linear(Attend(Heads(qkv[0], heads), Heads(qkv[1], heads), Heads(qkv[2], heads)), h + "attn.c_proj");
            x = x + Linear(Gelu(Linear(Norm(x, h + "ln_2"), h + "mlp.c_fc")), h + "mlp.c_proj");
        }

        return Norm(x, "transformer.ln_f").matmul(W("transformer.wte.weight").t());

        Tensor W(string name) => Values(model, name);

        Tensor Bias(string name, Tensor like) => model.Tensors.ContainsKey(name) ? W(name) : zeros_like(like);

        // Transformers' Conv1D stores [inputs × outputs], nanoGPT's Linear [outputs × inputs].
        Tensor Linear(Tensor input, string name) =>
            input.matmul(isNanoGpt ? W(name + ".weight").t() : W(name + ".weight")) is var y ? y + Bias(name + ".bias", y[0]) : y;

        Tensor Norm(Tensor input, string name)
        {
            var centred = input - input.mean([-1], keepdim: true);
            return (centred / ((centred * centred).mean([-1], keepdim: true) + 1e-5).sqrt() * W(name + ".weight"))
                + Bias(name + ".bias", input[0]);
        }

        Tensor Gelu(Tensor input) => config["activation_function"]?.ToString() == "gelu_new"
            ? 0.5 * input * (1 + (Math.Sqrt(2 / Math.PI) * (input + (0.044715 * input * input * input))).tanh())
            : 0.5 * input * (1 + special.erf(input / Math.Sqrt(2)));
    }

    private static Tensor Llama(ForeignModel model, Tensor ids)
    {
        var config = model.Config;
        var (heads, keys, width) = ((int)config["num_attention_heads"]!, (int)config["num_key_value_heads"]!,
            (int)config["hidden_size"]!);
        var (cosines, sines) = Rotations(config, width / heads, ids.shape[0]);
        var x = W("model.embed_tokens.weight").index_select(0, ids);
        for (var layer = 0; layer < (int)config["num_hidden_layers"]!; layer++)
        {
            var name = $"model.layers.{layer}.";
            var normed = Norm(x, name + "input_layernorm.weight");
            var q = Rotate(Heads(Linear(normed, name + "self_attn.q_proj.weight"), heads));
            var k = Rotate(Heads(Linear(normed, name + "self_attn.k_proj.weight"), keys)).repeat_interleave(heads / keys, 0);
            var v = Heads(Linear(normed, name + "self_attn.v_proj.weight"), keys).repeat_interleave(heads / keys, 0);
            x = x + Linear(Attend(q, k, v), name + "self_attn.o_proj.weight");
            normed = Norm(x, name + "post_attention_layernorm.weight");
            var gate = Linear(normed, name + "mlp.gate_proj.weight");
            x = x + Linear(gate * gate.sigmoid() * Linear(normed, name + "mlp.up_proj.weight"), name + "mlp.down_proj.weight");
        }

        return Linear(Norm(x, "model.norm.weight"), (bool)config["tie_word_embeddings"]! ? "model.embed_tokens.weight"
            : "lm_head.weight");

        Tensor W(string name) => Values(model, name);

        Tensor Linear(Tensor input, string name) => input.matmul(W(name).t());

        Tensor Norm(Tensor input, string name) =>
            input / ((input * input).mean([-1], keepdim: true) + (double)config["rms_norm_eps"]!).sqrt() * W(name);

        // Each coordinate of the first half is rotated with its counterpart in the second half.
        Tensor Rotate(Tensor input)
        {
            var halves = input.chunk(2, -1);
            return (input * cosines) + (cat([-halves[1], halves[0]], -1) * sines);
        }
    }

    private static (Tensor Cosines, Tensor Sines) Rotations(JsonObject config, int size, long length)
    {
        var scaling = config["rope_scaling"] as JsonObject;
        var frequencies = Enumerable.Range(0, size / 2).Select(i =>
            Scaled(Math.Pow((double)config["rope_theta"]!, -2.0 * i / size))).ToArray();
        var angles = tensor(
            [.. from t in Enumerable.Range(0, (int)length) from i in Enumerable.Range(0,
                size) select t * frequencies[i % (size / 2)]], [length, size], float64);
        return (angles.cos(), angles.sin());

        double Scaled(double frequency)
        {
            if (scaling?["rope_type"]?.ToString() == "linear")
            {
                return frequency / (double)scaling["factor"]!;
            }

            if (scaling is null)
            {
                return frequency;
            }

            var (factor, low, high) = ((double)scaling["factor"]!, (double)scaling["low_freq_factor"]!,
                (double)scaling["high_freq_factor"]!);
            var (context, wavelength) = ((double)scaling["original_max_position_embeddings"]!, 2 * Math.PI / frequency);
            var smooth = ((context / wavelength) - low) / (high - low);
            return wavelength > context / low ? frequency / factor
                : wavelength < context / high ? frequency
                : ((1 - smooth) * frequency / factor) + (smooth * frequency);
        }
    }

    private static Tensor Heads(Tensor x, int heads) => x.view(x.shape[0], heads, -1).transpose(0, 1);

    private static Tensor Attend(Tensor q, Tensor k, Tensor v)
    {
        var length = q.shape[1];
        var hidden = full([length, length], double.NegativeInfinity, float64).triu(1);
        var weights = ((q.matmul(k.transpose(1, 2)) / Math.Sqrt(q.shape[2])) + hidden).softmax(-1);
        return weights.matmul(v).transpose(0, 1).flatten(1);
    }

    private static Tensor Values(ForeignModel model, string name) =>
        tensor(model.Tensors[name].Values, model.Tensors[name].Shape).to_type(ScalarType.Float64);
}

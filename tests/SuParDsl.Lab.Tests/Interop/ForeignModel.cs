using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using SuParDsl.Checkpoints;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>A model as Transformers stores it, with random weights: its configuration, and its tensors by name.</summary>
internal sealed record ForeignModel(JsonObject Config, Dictionary<string, (long[] Shape, float[] Values)> Tensors)
{
    /// <summary>GPT-2 with two blocks.</summary>
    public static ForeignModel Gpt2(string activation = "gelu_new", int width = 24, int headDim = 8, int vocab = 19,
        int context = 16, int layers = 2)
    {
        var random = new Random(7);
        var tensors = new Dictionary<string, (long[], float[])>
        {
            ["transformer.wte.weight"] = Normal(random, 0.3, vocab, width),
            ["transformer.wpe.weight"] = Normal(random, 0.3, context, width),
        };
        foreach (var h in Enumerable.Range(0, layers).Select(static block => $"transformer.h.{block}."))
        {
            Norm(h + "ln_1");
            Conv1D(h + "attn.c_attn", width, 3 * width);
            Conv1D(h + "attn.c_proj", width, width);
            Norm(h + "ln_2");
            Conv1D(h + "mlp.c_fc", width, 4 * width);
            Conv1D(h + "mlp.c_proj", 4 * width, width);
        }

        Norm("transformer.ln_f");
        return new(
            new()
            {
                ["architectures"] = new JsonArray("GPT2LMHeadModel"), ["model_type"] = "gpt2", ["vocab_size"] = vocab,
                    ["n_positions"] = context, ["n_ctx"] = context,
                ["n_embd"] = width, ["n_layer"] = layers, ["n_head"] = width / headDim, ["activation_function"] = activation,
                    ["layer_norm_epsilon"] = 1e-5,
            },
            tensors);

        void Norm(string name)
        {
            tensors[name + ".weight"] = ([width], Array.ConvertAll(Normal(random, 0.2, width).Values, static x => 1 + x));
            tensors[name + ".bias"] = ([width], Normal(random, 0.2, width).Values);
        }

        void Conv1D(string name, int inputs, int outputs)
        {
            tensors[name + ".weight"] = Normal(random, 0.2, inputs, outputs);
            tensors[name + ".bias"] = Normal(random, 0.2, outputs);
        }
    }

    /// <summary>Llama with two blocks, four query heads and two key heads.</summary>
    public static ForeignModel Llama(bool tied, JsonNode? scaling = null, double epsilon = 1e-5, double theta = 500000)
    {
        const int Width = 32, Hidden = 44, HeadDim = 8, Keys = 2, Vocab = 23, Layers = 2;
        var random = new Random(11);
        var tensors = new Dictionary<string, (long[] Shape, float[] Values)> { ["model.embed_tokens.weight"] =
            Normal(random, 0.5, Vocab, Width) };
        foreach (var layer in Enumerable.Range(0, Layers).Select(static block => $"model.layers.{block}."))
        {
            Norm(layer + "input_layernorm");
            Norm(layer + "post_attention_layernorm");
            tensors[layer + "self_attn.q_proj.weight"] = Normal(random, 0.3, Width, Width);
            tensors[layer + "self_attn.k_proj.weight"] = Normal(random, 0.3, Keys * HeadDim, Width);
            tensors[layer + "self_attn.v_proj.weight"] = Normal(random, 0.3, Keys * HeadDim, Width);
            tensors[layer + "self_attn.o_proj.weight"] = Normal(random, 0.2, Width, Width);
            tensors[layer + "mlp.gate_proj.weight"] = Normal(random, 0.2, Hidden, Width);
            tensors[layer + "mlp.up_proj.weight"] = Normal(random, 0.2, Hidden, Width);
            tensors[layer + "mlp.down_proj.weight"] = Normal(random, 0.2, Width, Hidden);
        }

        Norm("model.norm");
        if (!tied)
        {
            tensors["lm_head.weight"] = Normal(random, 0.3, Vocab, Width);
        }

        return new(
            new()
            {
                ["architectures"] = new JsonArray("LlamaForCausalLM"), ["model_type"] = "llama", ["vocab_size"] = Vocab,
                    ["hidden_size"] = Width,
                ["intermediate_size"] = Hidden, ["num_hidden_layers"] = Layers, ["num_attention_heads"] = Width / HeadDim,
                    ["num_key_value_heads"] = Keys,
                ["hidden_act"] = "silu", ["max_position_embeddings"] = 64, ["rms_norm_eps"] = epsilon, ["rope_theta"] = theta,
                    ["rope_scaling"] = scaling,
                ["tie_word_embeddings"] = tied,
            },
            tensors);

        void Norm(string name) => tensors[name + ".weight"] =
            ([Width], Array.ConvertAll(Normal(random, 0.2, Width).Values, static x => 1 + x));
    }

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">The folder to create.</param>
    /// <param name="type">The type of the tensors: F32, F16 or BF16.</param>
    /// <param name="files">The number of files that the tensors are divided into, with an index if there are several.</param>
    public string Write(string folder, string type = "F32", int files = 1)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config.ToJsonString());
        var map = new JsonObject();
        foreach (var (index, part) in Tensors.Index().GroupBy(entry => entry.Index % files).Index())
        {
            var name = files == 1 ? "model.safetensors" : $"model-{index + 1:D5}-of-{files:D5}.safetensors";
            part.ToList().ForEach(entry => map[entry.Item.Key] = name);
            SafetensorsWriter.Write(
                Path.Combine(folder, name),
                [.. part.Select(entry => new SafetensorsTensor(
                    entry.Item.Key, type, [.. entry.Item.Value.Shape], () => Bytes(entry.Item.Value.Values, type)))],
                new Dictionary<string, string> { ["format"] = "pt" });
        }

        if (files > 1)
        {
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"),
                new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
        }

        return folder;
    }

    /// <summary>Reads a folder of one file.</summary>
    public static ForeignModel Read(string folder)
    {
        using var file = SafetensorsReader.Open(Path.Combine(folder, "model.safetensors"));
        return new(
            (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!,
            file.Entries.ToDictionary(static entry => entry.Key, entry =>
                (entry.Value.Shape.ToArray(), file.ReadFloats(entry.Key))));
    }

    /// <summary>The same model with its values rounded to a type.</summary>
    public ForeignModel As(string type) => this with
    {
        Tensors = Tensors.ToDictionary(static entry => entry.Key, entry => (entry.Value.Shape, type switch
        {
            "F16" => Array.ConvertAll(entry.Value.Values, static x => (float)(Half)x),
            "BF16" => Array.ConvertAll(entry.Value.Values, static x =>
                BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & 0xFFFF0000)),
            _ => entry.Value.Values,
        })),
    };

    private static byte[] Bytes(float[] values, string type) => type switch
    {
        "F16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, static x => (Half)x).AsSpan()).ToArray(),
        "BF16" => MemoryMarshal.AsBytes(Array.ConvertAll(values, static x =>
            (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16)).AsSpan()).ToArray(),
        _ => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
    };

    private static (long[] Shape, float[] Values) Normal(Random random, double scale, params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, static (count, size) => count * size);
        return (shape, [.. Enumerable.Range(0, count).Select(_ => (float)(scale * Draw()))]);

        double Draw() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}

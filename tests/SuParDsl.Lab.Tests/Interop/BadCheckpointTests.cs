using System.Text.Json.Nodes;
using Gpt2;
using Llama;
using NanoGpt;
using SuParDsl.Checkpoints;
using TiedLlama;

namespace SuParDsl.Lab.Tests.Interop;

/// <summary>
/// Weights that do not fit are refused in one line that names the file and the tensor or key, and leave no run behind.
/// </summary>
public sealed class BadCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, string> Configurations => new()
    {
        { "architectures", """["BertForMaskedLM"]""", "config.json is of the architecture BertForMaskedLM; Gpt2Model "
            + "can have the weights of GPT2LMHeadModel, GPT2Model" },
        { "architectures", "7", "is of the architecture gpt2" },
        { "architectures", "[7]", "architectures is [7]: it must be a list of names" },
        { "n_embd", "25", "'transformer.wte.weight' in" },
        { "n_embd", "\"24\"", "config.json: n_embd is \"24\": it must be a whole number from 1 to 2147483647" },
        { "n_embd", "null", "config.json has no n_embd" },
        { "n_layer", "3", "has 2 tensors 'transformer.h.*.ln_1.weight', but config.json says that n_layer is 3: "
            + "'transformer.h.2.ln_1.weight' is missing" },
        { "n_layer", "1", "has 2 tensors 'transformer.h.*.ln_1.weight', but config.json says that n_layer is 1" },
        { "n_layer", "2000000000", "'transformer.h.2.ln_1.weight' is missing" },
        { "n_head", "5", "config.json: n_head is 5; it must divide n_embd, 24" },
        { "vocab_size", "50257", "has shape [19, 24], but config.json says that vocab_size is 50257, the size of axis 0" },
        { "n_positions", "17", "has shape [16, 24], but config.json says that n_positions is 17" },
        { "activation_function", "\"relu\"", "activation_function is \"relu\"; this model computes gelu_new or "
            + "gelu_pytorch_tanh" },
        { "layer_norm_epsilon", "1e-6", "layer_norm_epsilon is 1e-6; this model has 1E-05" },
        { "scale_attn_by_inverse_layer_idx", "true", "scale_attn_by_inverse_layer_idx is true; this model has false" },
        { "n_inner", "100", "n_inner is 100; this model has 96" },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_configuration_that_the_model_does_not_compute_is_refused(string key, string value, string expected)
    {
        var foreign = ForeignModel.Gpt2();
        foreign.Config[key] = JsonNode.Parse(value);
        Refused<Gpt2Model>(foreign.Write(folder["model"]), expected);
    }

    [Theory]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act is \"gelu\"; this model has \"silu\"")]
    [InlineData("attention_bias", "true", "attention_bias is true; this model has false")]
    [InlineData("rope_scaling", """{"type": "yarn", "factor": 2.0}""", "config.json, rope_scaling: type is \"yarn\"; "
        + "this model computes default, linear and llama3")]
    [InlineData("rope_scaling", """{"rope_type": "linear"}""", "config.json, rope_scaling has no factor")]
    [InlineData("rope_scaling", """{"rope_type": "linear", "factor": 0.5}""", "the factor of a RopeScaling is 0.5: it "
        + "must be at least 1")]
    [InlineData("rope_theta", "1", "θ of a Rope is 1: it must be above 1")]
    [InlineData("rms_norm_eps", "0", "ε of a RmsNorm is 0: it must be above 0")]
    [InlineData("num_key_value_heads", "3", "num_attention_heads is 4; it must divide hidden_size, 32, and "
        + "num_key_value_heads, 3, must divide it")]
    [InlineData("head_dim", "16", "head_dim is 16; this model has 8")]
    [InlineData("sliding_window", "32", "sliding_window is 32; this model attends to all 64 positions")]
    [InlineData("quantization_config", """{"quant_method": "gptq"}""", "quantization_config is {")]
    [InlineData("tie_word_embeddings", "true", "take the example TiedLlama")]
    [InlineData("intermediate_size", "45", "'model.layers.0.mlp.gate_proj.weight' in")]
    public void So_is_one_of_llama(string key, string value, string expected)
    {
        var foreign = ForeignModel.Llama(tied: false);
        foreign.Config[key] = JsonNode.Parse(value);
        Refused<LlamaModel>(foreign.Write(folder["model"]), expected);
    }

    [Fact]
    public void Missing_extra_and_misshapen_tensors_are_named()
    {
        AssertRefused("transformer.h.1.mlp.c_fc.bias", null, "has no tensor 'transformer.h.1.mlp.c_fc.bias'");
        AssertRefused("transformer.h.1.mlp.c_fc.scale", ([1], [1]),
            "has a tensor 'transformer.h.1.mlp.c_fc.scale', which GPT2LMHeadModel does not have");
        AssertRefused(
            "transformer.h.1.mlp.c_fc.weight", ([96, 24], new float[96 * 24]),
            "'transformer.h.1.mlp.c_fc.weight' in", "has shape [96, 24]; it must be [24, 96] by config.json");
        AssertRefused("transformer.ln_f.bias", ([24], [.. Enumerable.Repeat(1f, 23), float.NaN]), "'transformer.ln_f.bias' in",
            "is NaN at position 23: weights must be finite");
        AssertRefused("lm_head.weight", ([19, 24], new float[19 * 24]), "'lm_head.weight' in",
            "is not equal to 'transformer.wte.weight'");
        AssertRefused("wte.weight", ([19, 24], new float[19 * 24]), "'transformer.wte.weight' is in", "as 'wte.weight'");
    }

    [Theory]
    [InlineData("I64")]
    [InlineData("F64")]
    public void A_type_that_is_not_read_is_named(string type)
    {
        var foreign = ForeignModel.Gpt2();
        foreign.Write(folder["model"]);
        using (var file = SafetensorsReader.Open(folder["model/model.safetensors"]))
        {
            var tensors = file.Entries.Values.Select(entry => entry.Name == "transformer.ln_f.bias"
                ? new SafetensorsTensor(entry.Name, type, entry.Shape, () => new byte[8 * entry.Shape[0]])
                : new(entry.Name, entry.Type, entry.Shape, () => new byte[entry.Length])).ToList();
            SafetensorsWriter.Write(folder["model/other"], tensors, new Dictionary<string, string>());
        }

        File.Move(folder["model/other"], folder["model/model.safetensors"], overwrite: true);
        Refused<Gpt2Model>(folder["model"], "'transformer.ln_f.bias' in", $"is {type}; it must be F32, F16 or BF16");
    }

    [Fact]
    public void Half_of_a_set_of_files_is_refused()
    {
        var foreign = ForeignModel.Gpt2();
        foreign.Write(folder["model"], files: 3);
        var index = folder["model/model.safetensors.index.json"];
        var sound = File.ReadAllText(index);
        File.Move(folder["model/model-00002-of-00003.safetensors"], folder["away"]);
        Refused<Gpt2Model>(folder["model"], "model.safetensors.index.json lists 3 files, of which 1 are missing, such "
            + "as model-00002-of-00003.safetensors");
        File.Move(folder["away"], folder["model/model-00002-of-00003.safetensors"]);

        File.WriteAllText(index, sound.Replace("transformer.ln_f.bias", "transformer.ln_f.other", StringComparison.Ordinal));
        Refused<Gpt2Model>(folder["model"], "has no tensor 'transformer.ln_f.other', which");
        File.WriteAllText(index, sound.Replace("model-00002-of-00003", "../model-00002-of-00003", StringComparison.Ordinal));
        Refused<Gpt2Model>(folder["model"], "must be the name of a .safetensors file beside it");
        File.WriteAllText(index, """{"weight_map": {}}""");
        Refused<Gpt2Model>(folder["model"], "its weight_map is empty");
        File.Delete(index);
        Refused<Gpt2Model>(folder["model"], "has neither model.safetensors nor model.safetensors.index.json; it has "
            + "model-00001-of-00003.safetensors: a part of a set needs its index");
    }

    [Fact]
    public void Folders_of_other_kinds_are_named()
    {
        Refused<Gpt2Model>(folder["nowhere"], "there is no folder");
        Directory.CreateDirectory(folder["empty"]);
        Refused<Gpt2Model>(folder["empty"], "has no config.json");
        folder.Write("empty/config.json", """{"model_type": "gpt2"}""");
        Refused<Gpt2Model>(folder["empty"], "is of the architecture gpt2");
        folder.Write("empty/config.json", """{"architectures": ["GPT2LMHeadModel"]}""");
        folder.Write("empty/pytorch_model.bin", "x");
        Refused<Gpt2Model>(folder["empty"], "has neither model.safetensors nor model.safetensors.index.json; it has "
            + "pytorch_model.bin: save the model as safetensors first");
        folder.Write("empty/config.json", """{"architectures": ["\ud800"]}""");
        Refused<Gpt2Model>(folder["empty"], "config.json is damaged");
        Refused<TiedLlamaModel>(ForeignModel.Llama(tied: false).Write(folder["untied"]), "take the example Llama");
        Refused<Gpt>(ForeignModel.Gpt2().Write(folder["tanh"]), "activation_function is \"gelu_new\"; this model computes gelu");
    }

    [Fact]
    public void A_vocabulary_that_does_not_fit_is_refused()
    {
        ForeignModel.Gpt2().Write(folder["model"]);
        folder.Write("model/vocabulary.json", """{"kind": "characters", "characters": "abc"}""");
        Refused<Gpt2Model>(folder["model"], "vocabulary.json has 3 tokens, but the model 19");
        folder.Write("model/vocabulary.json", """{"kind": "ids", "count": 20}""");
        Refused<Gpt2Model>(folder["model"], "has 20 tokens, but its model only 19");
    }

    [Fact]
    public void A_run_that_exists_is_not_overwritten()
    {
        folder.Write("run", "x");
        Refused<Gpt2Model>(ForeignModel.Gpt2().Write(folder["model"]), "already exists and is not an empty folder");
    }

    private void AssertRefused(string name, (long[], float[])? tensor, params string[] expected)
    {
        var foreign = ForeignModel.Gpt2();
        foreign.Tensors.Remove(name);
        if (tensor is { } values)
        {
            foreign.Tensors.Add(name, values);
        }

        Refused<Gpt2Model>(foreign.Write(folder["model"]), expected);
    }

    private void Refused<TModel>(string source, params string[] expected)
    {
        var before = Directory.GetFileSystemEntries(folder.Path);
        var (code, output, error) = CommandLine.Of<TModel>("import", source, "--out", folder["run"]);
        Assert.Equal((2, string.Empty), (code, output));
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(expected, text => Assert.Contains(text, line));
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(folder.Path).Order());
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Pretrained;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Interop;

/// <summary>What an export writes besides dense weights.</summary>
/// <param name="Masks">Whether to write the masks, in a file of their own.</param>
/// <param name="Compressed">Whether to write sparse matrices as their kept weights and a bitmask.</param>
internal sealed record ExportContent(bool Masks, bool Compressed);

/// <summary>Writes a model's weights for other programs.</summary>
internal static class WeightExporter
{
    private const string NotesFile = "sparsity.json", MasksFile = "masks.safetensors", GenerationFile = "generation_config.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Writes a folder, which appears complete or not at all.</summary>
    /// <param name="path">The folder to create.</param>
    /// <param name="model">The model.</param>
    /// <param name="size">Its sizes.</param>
    /// <param name="format">The format.</param>
    /// <param name="tokenizer">Its tokenizer; null if its data are not text.</param>
    /// <param name="options">What to write besides dense weights.</param>
    /// <exception cref="UserException">The format does not fit the model.</exception>
    public static void Write<TSize>(
        string path, IModel model, TSize size, WeightFormat<TSize> format, Tokenizer? tokenizer, ExportContent options)
        where TSize : class
    {
        var mapped = MappedTensors.Of(format.Weights(size, model.MuTable), model.MuTable);
        var sparse = SparseTensor.Of(model, mapped);
        var tensors = mapped.SelectMany(row => row.File.Select((name, index) => Tensor(name, row, index)))
            .SelectMany(tensor => options.Compressed && sparse.TryGetValue(tensor.Name, out var entry) && tensor.Shape.Length == 2
                ? BitmaskTensor.Of(tensor, entry.Mask) : [tensor]).ToList();
        AtomicFolder.Write(path, folder =>
        {
            SafetensorsWriter.Write(
                Path.Combine(folder, WeightFiles.Single), tensors, new Dictionary<string, string> { ["format"] = "pt" });
            WriteConfig(folder, format.Config(size), tokenizer, options.Compressed && sparse.Count > 0 ? sparse : null);
            if (tokenizer is not null)
            {
                ForeignTokenizer.Write(folder, tokenizer);
            }

            if (sparse.Count > 0)
            {
                Write(folder, NotesFile, sparse.ToDictionary(static entry => entry.Key, static entry => entry.Value.Note));
            }

            if (options.Masks && sparse.Count > 0)
            {
                SafetensorsWriter.Write(
                    Path.Combine(folder, MasksFile),
                    [.. sparse.Select(static entry =>
                        new SafetensorsTensor(entry.Key, "BOOL", entry.Value.Shape, () => entry.Value.Mask()))],
                    ImmutableDictionary<string, string>.Empty);
            }
        });

        SafetensorsTensor Tensor(string name, MappedTensors row, int index) => new(
            name, SafetensorsType.Float, row.FileShape,
            () => MemoryMarshal.AsBytes(row.ToFile(index, model.GetWeights).AsSpan()).ToArray());
    }

    private static void WriteConfig(
        string folder, IReadOnlyDictionary<string, object?> config, Tokenizer? tokenizer,
        IReadOnlyDictionary<string, SparseTensor>? compressed)
    {
        var all = new Dictionary<string, object?>(config);
        if (config.ContainsKey("architectures"))
        {
            // Without these keys Transformers takes the ids of its own default vocabulary.
            int? end = tokenizer is BytePairTokenizer or FileTokenizer ? tokenizer.EndOfText : null;
            var tokens = new Dictionary<string, object?> { ["bos_token_id"] = end, ["eos_token_id"] = end };
            tokens.ToList().ForEach(entry => all.TryAdd(entry.Key, entry.Value));
            all.TryAdd("torch_dtype", "float32");
            Write(folder, GenerationFile, new Dictionary<string, object?>(tokens) { ["_from_model_config"] = true });
        }

        if (compressed is not null)
        {
            var kept = compressed.Values.Sum(static tensor => tensor.Kept);
            var count = compressed.Values.Sum(static tensor => tensor.Count);
            all.Add("quantization_config", BitmaskTensor.Config(compressed.Keys, kept, count));
        }

        Write(folder, ForeignConfig.FileName, all);
    }

    private static void Write<T>(string folder, string name, T value) =>
        AtomicFile.WriteText(Path.Combine(folder, name), JsonSerializer.Serialize(value, Json) + "\n");
}

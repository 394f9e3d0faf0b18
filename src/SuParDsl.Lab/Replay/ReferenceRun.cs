using System.Text.Json;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Files;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Replay;

/// <summary>A run of a reference implementation: a folder with <c>trace.json</c> and <c>tensors.safetensors</c>.</summary>
internal sealed class ReferenceRun : IDisposable
{
    private const string InitPrefix = "init.";
    private const string MaskPrefix = "mask.";
    private const string FinalPrefix = "final.";

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly SafetensorsReader tensors;

    private ReferenceRun(ReferenceTrace trace, SafetensorsReader tensors)
    {
        Trace = trace;
        this.tensors = tensors;
    }

    /// <summary>Its configuration and its steps.</summary>
    public ReferenceTrace Trace { get; }

    /// <summary>The names of its initial weights.</summary>
    public IEnumerable<string> Weights => Names(InitPrefix);

    /// <summary>The names of its masks.</summary>
    public IEnumerable<string> Masks => Names(MaskPrefix);

    /// <summary>Opens a folder.</summary>
    /// <exception cref="UserException">The folder is not a reference run.</exception>
    /// <exception cref="CheckpointException">Its tensors are damaged.</exception>
    public static ReferenceRun Open(string folder)
    {
        var (path, tensors) = (Path.Combine(folder, "trace.json"), Path.Combine(folder, "tensors.safetensors"));
        if (!File.Exists(path) || !File.Exists(tensors))
        {
            throw new UserException(
                $"{folder} is not a reference run: "
                + $"it needs trace.json and tensors.safetensors{FolderKind.But(folder)}");
        }

        var trace = JsonFile.Read<ReferenceTrace>(
            path, JsonOptions, "the trace of a reference run", "name a folder that the reference has written",
            "no trace of a reference run");
        trace.Check(path);
        return new(trace, SafetensorsReader.Open(tensors));
    }

    /// <summary>The shape of a tensor's initial weights.</summary>
    public IReadOnlyList<long> InitialShape(string name) => tensors.Entry(InitPrefix + name, SafetensorsType.Float).Shape;

    /// <summary>A tensor's initial weights.</summary>
    public float[] Initial(string name) => tensors.ReadFloats(InitPrefix + name);

    /// <summary>A tensor's weights after the last step.</summary>
    public float[] Final(string name) => tensors.ReadFloats(FinalPrefix + name);

    /// <summary>A tensor's mask.</summary>
    public WeightMask Mask(string name) =>
        WeightMask.FromBytes(tensors.Entry(MaskPrefix + name, SafetensorsType.Byte).Shape, tensors.ReadBytes(MaskPrefix + name));

    /// <summary>The logits of the first rows of the first batch before any step, with their number of rows.</summary>
    public (float[] Values, int Rows) Logits()
    {
        var config = Trace.Config;
        var shape = tensors.Entry("logits0", SafetensorsType.Float).Shape;
        return shape is [var rows, var context, var vocab]
            && rows <= config.Batch
            && context == config.Context
            && vocab == config.Vocab
            ? (tensors.ReadFloats("logits0"), (int)rows)
            : throw new UserException(
                $"logits0 of {tensors.Path} has shape [{string.Join(", ", shape)}]: it must be rows × context × vocabulary");
    }

    /// <summary>The token ids of every step's batch: inputs and targets, each steps × batch × context.</summary>
    public (long[] Inputs, long[] Targets) Batches() => (Ids("x"), Ids("y"));

    /// <inheritdoc/>
    public void Dispose() => tensors.Dispose();

    private long[] Ids(string name)
    {
        var config = Trace.Config;
        var shape = tensors.Entry(name, SafetensorsType.Long).Shape;
        if (!shape.SequenceEqual([Trace.Trace.Count, config.Batch, config.Context]))
        {
            throw new UserException(
                $"{name} of {tensors.Path} has shape [{string.Join(", ", shape)}]: it must be "
                + $"[{Trace.Trace.Count}, {config.Batch}, {config.Context}], steps × batch × context");
        }

        var ids = tensors.ReadLongs(name);
        return Array.FindIndex(ids, id => id < 0 || id >= config.Vocab) is >= 0 and var at
            ? throw new UserException(
                $"{name} of {tensors.Path} has the token id {ids[at]} at position {at}, "
                + $"outside the vocabulary of {config.Vocab}: ids are 0 to {config.Vocab - 1}")
            : ids;
    }

    private IEnumerable<string> Names(string prefix) => tensors.Entries.Keys
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => name[prefix.Length..])
        .Order(StringComparer.Ordinal);
}

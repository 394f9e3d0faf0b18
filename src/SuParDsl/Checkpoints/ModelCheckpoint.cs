using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A model's weights and masks as a safetensors file: every parameter under its full name, and each mask under
/// <c>mask.</c> and its tensor's name, eight weights a byte, the first in the lowest bit; what was measured for
/// <see cref="Rule.Measured"/> under <c>share.</c> and its tensor's; buffers, as a norm's running statistics, under theirs. Its metadata hold the table of multipliers that the weights were trained under.
/// </summary>
public static class ModelCheckpoint
{
    private const string MaskPrefix = "mask.", SharePrefix = "share.";

    /// <summary>Writes a model's weights and masks.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The file; one that is there is replaced when the new one is complete.</param>
    /// <param name="metadata">Notes to keep in the file.</param>
    /// <param name="rename">A tensor's name in the model as its name in the file; the same where null.</param>
    /// <returns>The SHA-256 of each tensor's bytes, by its name in the file.</returns>
    public static IReadOnlyDictionary<string, string> Save(Model model, string path, IReadOnlyDictionary<string, string> metadata, Func<string, string>? rename = null)
    {
        rename ??= static name => name;
        var weights = model.Tensors.Select(tensor => SafetensorsTensor.Of(
            rename(tensor.Name), [.. tensor.Axes.Select(static axis => axis.Value)], () => model.DenseWeight(tensor.Name)));
        var masks = model.Masks.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(entry => new SafetensorsTensor(
            MaskPrefix + rename(entry.Key), SafetensorsType.Byte, [(entry.Value.Count + 7) / 8], () => entry.Value.ToPacked()));
        var shares = model.Shares.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(entry => new SafetensorsTensor(
            SharePrefix + rename(entry.Key), SafetensorsType.Float, [1], () => BitConverter.GetBytes((float)entry.Value)));
        var buffers = model.named_buffers().Select(buffer => SafetensorsTensor.Of(
            rename(buffer.name), [.. buffer.buffer.shape], () => buffer.buffer));
        var notes = new Dictionary<string, string>(metadata) { [CheckpointTable.Key] = CheckpointTable.Of(model.MuTable) };
        return SafetensorsWriter.Write(path, [.. weights, .. masks, .. shares, .. buffers], notes);
    }

    /// <summary>Reads a model's weights and masks. A sparse tensor without a mask in the file keeps what is not zero there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="rename">A tensor's name in the model as its name in the file; the same where null.</param>
    /// <param name="anyTable">
    /// Whether weights that were trained under other multipliers are wanted, too, as from another rule. The forward multipliers
    /// are the model's own, so what it computes may differ. A file that tells no table, as the reference's, is always read.
    /// </param>
    /// <exception cref="CheckpointException">The file is damaged, is not of this model, or has another table. The model is as it was.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Load(Model model, string path, Func<string, string>? rename = null, bool anyTable = false)
    {
        rename ??= static name => name;
        using var file = SafetensorsReader.Open(path);
        Apply(model, file, Check(model, file, rename, anyTable), rename);
    }

    /// <summary>Makes sure that a file is of a model, before anything changes.</summary>
    /// <returns>The masks and shares that it holds.</returns>
    /// <exception cref="CheckpointException">The file is damaged, is not of this model, or has another table.</exception>
    internal static SavedMasks Check(Model model, SafetensorsReader file, Func<string, string> rename, bool anyTable)
    {
        var path = file.Path;
        var buffers = model.named_buffers().ToArray();
        var expected = model.Tensors.Select(t => rename(t.Name))
            .Concat(model.Masks.Keys.SelectMany(name => new[] { MaskPrefix + rename(name), SharePrefix + rename(name) }))
            .Concat(buffers.Select(buffer => rename(buffer.name)))
            .ToHashSet();
        if (file.Entries.Keys.FirstOrDefault(name => !expected.Contains(name)) is { } unknown)
        {
            throw new CheckpointException($"{path} has a tensor '{unknown}', which this {model.GetName()} has not");
        }

        foreach (var (name, shape) in model.Tensors.Select(static t => (t.Name, Shape: t.Axes.Select(static axis => axis.Value).ToArray()))
            .Concat(buffers.Select(static buffer => (buffer.name, buffer.buffer.shape))))
        {
            var entry = file.Entry(rename(name), SafetensorsType.Float);
            if (!entry.Shape.SequenceEqual(shape))
            {
                throw new CheckpointException(
                    $"'{rename(name)}' in {path} has shape [{string.Join(", ", entry.Shape)}], this {model.GetName()} needs [{string.Join(", ", shape)}]");
            }
        }

        var saved = new SavedMasks(
            model.Masks.ToDictionary(static entry => entry.Key, entry => ReadMask(file, rename(entry.Key), entry.Value)), ReadShares(model, file, rename));
        if (!anyTable && file.Metadata.TryGetValue(CheckpointTable.Key, out var table))
        {
            CheckpointTable.RequireSame(path, table, model.TableWith(saved));
        }

        return saved;
    }

    /// <summary>Reads the weights of a file that was found to be of a model.</summary>
    internal static void Apply(Model model, SafetensorsReader file, SavedMasks saved, Func<string, string> rename)
    {
        model.SetMasks(saved.Masks);
        model.SetShares(saved.Shares);
        foreach (var tensor in model.Tensors)
        {
            model.SetWeights(tensor.Name, file.ReadFloats(rename(tensor.Name)));
        }

        model.ApplyMasks();
        using var frozen = no_grad();
        foreach (var (name, buffer) in model.named_buffers())
        {
            using var scope = NewDisposeScope();
            buffer.copy_(tensor(file.ReadFloats(rename(name)), buffer.shape));
        }
    }

    private static Dictionary<string, double> ReadShares(Model model, SafetensorsReader file, Func<string, string> rename) => model.Masks.Keys
        .Where(name => file.Entries.ContainsKey(SharePrefix + rename(name)))
        .ToDictionary(static name => name, name => file.ReadFloats(SharePrefix + rename(name)) is [> 0 and <= 1 and var share]
            ? (double)share
            : throw new CheckpointException($"'{SharePrefix}{rename(name)}' in {file.Path} is not one number in (0, 1]"));

    private static WeightMask ReadMask(SafetensorsReader file, string name, WeightMask drawn)
    {
        if (!file.Entries.ContainsKey(MaskPrefix + name))
        {
            return WeightMask.FromBytes(drawn.Shape, [.. file.ReadFloats(name).Select(static weight => weight == 0 ? (byte)0 : (byte)1)]);
        }

        try
        {
            return WeightMask.FromPacked(drawn.Shape, file.ReadBytes(MaskPrefix + name));
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"the mask of '{name}' in {file.Path} is damaged: {e.Message}");
        }
    }
}

/// <summary>What a file holds of a model's masks, checked but not yet applied.</summary>
/// <param name="Masks">The masks by their tensors' full names.</param>
/// <param name="Shares">The measured shares q of those that have one.</param>
internal sealed record SavedMasks(IReadOnlyDictionary<string, WeightMask> Masks, IReadOnlyDictionary<string, double> Shares);

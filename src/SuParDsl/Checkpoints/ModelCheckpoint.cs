using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A model's weights and masks as a safetensors file: every parameter under its full name, and each mask under
/// <c>mask.</c> and its tensor's name, eight weights a byte, the first in the lowest bit; what was measured for
/// <see cref="Rule.Measured"/> under <c>share.</c> and its tensor's; buffers, as a norm's running statistics, under theirs. Its
/// metadata hold the table of multipliers that the weights were trained under.
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
    public static IReadOnlyDictionary<string, string> Save(
        Model model, string path, IReadOnlyDictionary<string, string> metadata, Func<string, string>? rename = null)
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
        var notes = new Dictionary<string, string>(metadata) { [CheckpointTable.Key] = CheckpointTable.Of(model.MuTable, rename) };
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
        Apply(model, file, Check(model, file, rename, anyTable));
    }

    /// <summary>
    /// Reads those of a model's tensors that a file has, masks and buffers with them, and leaves the others as they are: for a
    /// model that shares layers with the one that was saved.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="rename">A tensor's name in the model as its name in the file, null for one to leave as it is; the same where null.</param>
    /// <param name="anyTable">Whether tensors that were trained under other multipliers are wanted, too, as in <see cref="Load"/>.</param>
    /// <returns>What was read and what was not.</returns>
    /// <exception cref="CheckpointException">
    /// The file is damaged, has nothing of this model, a tensor of another shape, or another table for what is read. The model is as it was.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoadedPart LoadPart(Model model, string path, Func<string, string?>? rename = null, bool anyTable = false)
    {
        using var file = SafetensorsReader.Open(path);
        var names = NamesOf(model).Select(name => (Model: name, File: rename is null ? name : rename(name)))
            .Where(pair => pair.File is not null && file.Entries.ContainsKey(pair.File)).ToDictionary(static pair => pair.Model, static pair => pair.File!);
        if (names.Count == 0)
        {
            throw new CheckpointException($"{path} has no tensor of this {model.GetName()}: give a rename where its names differ");
        }

        Apply(model, file, Check(model, file, names, anyTable));
        var used = names.Values.SelectMany(static name => new[] { name, MaskPrefix + name, SharePrefix + name }).ToHashSet();
        return new([.. names.Keys], [.. NamesOf(model).Except(names.Keys)], [.. file.Entries.Keys.Where(name => !used.Contains(name))]);
    }

    /// <summary>Makes sure that a file is of a model, before anything changes.</summary>
    /// <returns>What it holds of it.</returns>
    /// <exception cref="CheckpointException">The file is damaged, is not of this model, or has another table.</exception>
    internal static SavedModel Check(Model model, SafetensorsReader file, Func<string, string> rename, bool anyTable)
    {
        var names = NamesOf(model).ToDictionary(static name => name, rename);
        var expected = names.Values.Concat(model.Masks.Keys.SelectMany(name => new[] { MaskPrefix + names[name], SharePrefix + names[name] })).ToHashSet();
        return file.Entries.Keys.FirstOrDefault(name => !expected.Contains(name)) is { } unknown
            ? throw new CheckpointException($"{file.Path} has a tensor '{unknown}', which this {model.GetName()} has not")
            : Check(model, file, names, anyTable);
    }

    /// <summary>Reads the weights of a file that was found to be of a model.</summary>
    internal static void Apply(Model model, SafetensorsReader file, SavedModel saved)
    {
        model.SetMasks(saved.Masks);
        model.SetShares(saved.Shares);
        foreach (var tensor in model.Tensors.Where(tensor => saved.Names.ContainsKey(tensor.Name)))
        {
            model.SetWeights(tensor.Name, file.ReadFloats(saved.Names[tensor.Name]));
        }

        model.ApplyMasks();
        using var frozen = no_grad();
        foreach (var (name, buffer) in model.named_buffers().Where(buffer => saved.Names.ContainsKey(buffer.name)))
        {
            using var scope = NewDisposeScope();
            buffer.copy_(tensor(file.ReadFloats(saved.Names[name]), buffer.shape));
        }
    }

    // Weights and buffers: masks and shares go with their weights.
    private static IEnumerable<string> NamesOf(Model model) =>
        model.Tensors.Select(static tensor => tensor.Name).Concat(model.named_buffers().Select(static buffer => buffer.name));

    private static SavedModel Check(Model model, SafetensorsReader file, Dictionary<string, string> names, bool anyTable)
    {
        var shapes = model.Tensors.Select(static tensor => (tensor.Name, Shape: tensor.Axes.Select(static axis => axis.Value).ToArray()))
            .Concat(model.named_buffers().Select(static buffer => (Name: buffer.name, Shape: buffer.buffer.shape)));
        foreach (var (name, shape) in shapes.Where(tensor => names.ContainsKey(tensor.Name)))
        {
            var entry = file.Entry(names[name], SafetensorsType.Float);
            if (!entry.Shape.SequenceEqual(shape))
            {
                throw new CheckpointException(
                    $"'{names[name]}' in {file.Path} has shape [{string.Join(", ", entry.Shape)}], "
                    + $"this {model.GetName()} needs [{string.Join(", ", shape)}]");
            }
        }

        var masks = model.Masks.Where(mask => names.ContainsKey(mask.Key)).ToDictionary(
            static mask => mask.Key, mask => ReadMask(file, names[mask.Key], mask.Value));
        var shares = model.Shares.Where(share => !names.ContainsKey(share.Key))
            .Concat(masks.Keys.Where(name => file.Entries.ContainsKey(SharePrefix + names[name]))
                .Select(name => KeyValuePair.Create(name, ReadShare(file, names[name]))));
        var saved = new SavedModel(names, masks, shares.ToDictionary());
        if (!anyTable && file.Metadata.TryGetValue(CheckpointTable.Key, out var table))
        {
            CheckpointTable.RequireSame(file.Path, table, model.TableWith(saved), names);
        }

        return saved;
    }

    private static double ReadShare(SafetensorsReader file, string name) => file.ReadFloats(SharePrefix + name) is [> 0 and <= 1 and var share]
        ? share
        : throw new CheckpointException($"'{SharePrefix}{name}' in {file.Path} is not one number in (0, 1]");

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

/// <summary>What a file holds of a model, checked but not yet applied.</summary>
/// <param name="Names">The file's name of each tensor and buffer that it has, by the model's.</param>
/// <param name="Masks">The masks by their tensors' full names.</param>
/// <param name="Shares">The measured shares q that the model will have, by their tensors' full names.</param>
internal sealed record SavedModel(
    IReadOnlyDictionary<string, string> Names, IReadOnlyDictionary<string, WeightMask> Masks, IReadOnlyDictionary<string, double> Shares);

/// <summary>What <see cref="ModelCheckpoint.LoadPart"/> has read.</summary>
/// <param name="Read">The model's tensors and buffers that are now the file's.</param>
/// <param name="Left">Those that stayed as they were.</param>
/// <param name="Unused">The file's tensors that the model has no place for.</param>
public sealed record LoadedPart(ImmutableArray<string> Read, ImmutableArray<string> Left, ImmutableArray<string> Unused);

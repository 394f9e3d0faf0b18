using System.Collections.Immutable;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Checkpoints;

/// <summary>
/// A model's weights and masks as a safetensors file. Parameters and buffers, such as the running statistics of a normalization
/// layer, are stored under their full names. The mask of a tensor is stored under <c>mask.</c> and the tensor's name, eight
/// weights per byte, the first in the lowest bit. The value measured for <see cref="Rule.Measured"/> is stored under
/// <c>share.</c> and the tensor's name. The metadata hold the multiplier table that the weights were trained with.
/// </summary>
public static class ModelCheckpoint
{
    /// <summary>Writes a model's weights and masks.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The file. An existing one is replaced once the new one is complete.</param>
    /// <param name="metadata">Additional metadata to store in the file.</param>
    /// <param name="rename">Maps a tensor's name in the model to its name in the file; null to use the same names.</param>
    /// <returns>The SHA-256 of each tensor's bytes, by its name in the file.</returns>
    /// <exception cref="InvalidOperationException">The model has masked weights that are not zero.</exception>
    public static IReadOnlyDictionary<string, string> Save(
        IModel model, string path, IReadOnlyDictionary<string, string> metadata, Func<string, string>? rename = null) =>
        Write(OutgoingWeights.Of(model.Core), path, metadata, rename ?? (static name => name));

    /// <summary>Reads a model's weights and masks.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="rename">Maps a tensor's name in the model to its name in the file; null to use the same names.</param>
    /// <param name="anyTable">
    /// Whether to accept weights that were trained with other multipliers, for example under another rule. The model keeps its
    /// own forward multipliers, so its outputs may differ. A file without a table, such as the reference's, is always accepted.
    /// </param>
    /// <param name="masks">
    /// Which masks the sparse tensors have afterwards. Dense weights from another tool have no masks, so they need another choice
    /// than <see cref="MaskSource.File"/>.
    /// </param>
    /// <exception cref="CheckpointException">
    /// The file is damaged, is not from this model, has another table, or lacks a mask of the declared density for a sparse
    /// tensor. The model is unchanged.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Load(
        IModel model, string path, Func<string, string>? rename = null, bool anyTable = false, MaskSource masks = MaskSource.File)
    {
        rename ??= static name => name;
        using var file = SafetensorsReader.Open(path);
        Check(model, file, rename, anyTable, masks).Apply(model.Core);
    }

    /// <summary>
    /// Reads those of a model's tensors that a file contains, with their masks and buffers, and leaves the others unchanged. Use
    /// it for a model that shares layers with the saved one.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="rename">
    /// Maps a tensor's name in the model to its name in the file, or to null to leave the tensor
    /// unchanged; null to use the same names.
    /// </param>
    /// <param name="anyTable">Whether to accept tensors that were trained with other multipliers, as in
    /// <see cref="Load"/>.</param>
    /// <param name="masks">Which masks the sparse tensors that are read have afterwards, as in <see cref="Load"/>.</param>
    /// <returns>Which tensors were read and which were not.</returns>
    /// <exception cref="CheckpointException">
    /// The file is damaged, has no tensor of this model, has a tensor of another shape, has another table for the tensors that
    /// are read, or lacks a mask of the declared density for a sparse tensor. The model is unchanged.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoadedPart LoadPart(
        IModel model, string path, Func<string, string?>? rename = null, bool anyTable = false,
        MaskSource masks = MaskSource.File)
    {
        using var file = SafetensorsReader.Open(path);
        var names = NamesOf(model).Select(name => (Model: name, File: rename is null ? name : rename(name)))
            .Where(pair => pair.File is not null && file.Entries.ContainsKey(pair.File))
            .ToDictionary(static pair => pair.Model, static pair => pair.File!);
        if (names.Count == 0)
        {
            throw new CheckpointException($"{path} has no tensor of this {model.GetName()}: pass rename if its names differ");
        }

        Check(model, file, names, anyTable, masks).Apply(model.Core);
        var used = names.Values.SelectMany(static name => (string[])[name, .. EntryNames.Beside(name)]).ToHashSet();
        return new(
            [.. names.Keys], [.. NamesOf(model).Except(names.Keys)], [.. file.Entries.Keys.Where(name => !used.Contains(name))]);
    }

    /// <summary>Writes the weights and masks of a model or of an average.</summary>
    internal static IReadOnlyDictionary<string, string> Write(
        OutgoingWeights model, string path, IReadOnlyDictionary<string, string> metadata, Func<string, string> rename)
    {
        var weights = model.Weights.Select(entry => SafetensorsTensor.Of(
            rename(entry.Tensor.Name), [.. entry.Tensor.Axes.Select(static axis => axis.Value)], entry.Whole));
        var masks = model.Masks.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new SafetensorsTensor(
                EntryNames.Mask(rename(entry.Key)), SafetensorsType.Byte, [(entry.Value.Count + 7) / 8],
                () => entry.Value.ToPacked()));
        var shares = model.Shares.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new SafetensorsTensor(
                EntryNames.Share(rename(entry.Key)), SafetensorsType.Float, [1],
                () => BitConverter.GetBytes((float)entry.Value)));
        var buffers = model.Buffers.Select(
            entry => SafetensorsTensor.Of(rename(entry.Name), [.. entry.Buffer.shape], () => entry.Buffer));
        var notes = new Dictionary<string, string>(metadata) { [SavedTable.Key] = SavedTable.Of(model.Table, rename) };
        return SafetensorsWriter.Write(path, [.. weights, .. masks, .. shares, .. buffers], notes);
    }

    /// <summary>Checks that a file fits a model. Nothing is changed.</summary>
    /// <returns>The checked weights, which can be applied to the model.</returns>
    /// <exception cref="CheckpointException">The file is damaged, is not from this model, or has another table.</exception>
    internal static CheckedWeights Check(
        IModel model, SafetensorsReader file, Func<string, string> rename, bool anyTable = false,
        MaskSource masks = MaskSource.File)
    {
        var names = NamesOf(model).ToDictionary(static name => name, rename);
        var expected = names.Values.Concat(model.Masks.Keys.SelectMany(name => EntryNames.Beside(names[name]))).ToHashSet();
        return file.Entries.Keys.FirstOrDefault(name => !expected.Contains(name)) is { } unknown
            ? throw new CheckpointException($"{file.Path} has a tensor '{unknown}', which this {model.GetName()} does not have")
            : Check(model, file, names, anyTable, masks);
    }

    // Weights and buffers. Masks and measured values are stored with their weights.
    private static IEnumerable<string> NamesOf(IModel model) =>
        model.Tensors.Select(static tensor => tensor.Name)
            .Concat(model.Module.named_buffers().Select(static buffer => buffer.name));

    private static CheckedWeights Check(
        IModel model, SafetensorsReader file, Dictionary<string, string> names, bool anyTable, MaskSource masks)
    {
        var table = file.Metadata.GetValueOrDefault(SavedTable.Key);
        var weights = model.Tensors.Where(tensor => names.ContainsKey(tensor.Name)).ToDictionary(
            static tensor => tensor.Name, tensor => Read(file, names[tensor.Name]) with
            {
                Mask = model.Masks.TryGetValue(tensor.Name, out var own)
                    && file.Entries.ContainsKey(EntryNames.Mask(names[tensor.Name]))
                    ? () => ReadMask(file, names[tensor.Name], own)
                    : null,
                Share = model.Masks.ContainsKey(tensor.Name) && file.Entries.ContainsKey(EntryNames.Share(names[tensor.Name]))
                    ? ReadShare(file, EntryNames.Share(names[tensor.Name]))
                    : null,
                Density = table is null ? null : () => SavedTable.DensityOf(file.Path, table, names[tensor.Name]),
            });
        var buffers = model.Module.named_buffers().Where(entry => names.ContainsKey(entry.name))
            .Select(entry => (entry.buffer, Read(file, names[entry.name])));
        return new IncomingWeights(file.Path, weights, [.. buffers])
            .Check(
                model.Core, masks,
                anyTable || table is null ? null : own => SavedTable.RequireSame(file.Path, table, own, names));
    }

    private static IncomingTensor Read(SafetensorsReader file, string name)
    {
        var shape = file.Entry(name, SafetensorsType.Float).Shape;
        return new(name, [.. shape], () => tensor(file.ReadFloats(name), [.. shape]));
    }

    private static double ReadShare(SafetensorsReader file, string name) => file.ReadFloats(name) is [> 0 and <= 1 and var share]
        ? share
        : throw new CheckpointException($"'{name}' in {file.Path} is not one number in (0, 1]");

    private static WeightMask ReadMask(SafetensorsReader file, string name, WeightMask drawn)
    {
        try
        {
            return WeightMask.FromPacked(drawn.Shape, file.ReadBytes(EntryNames.Mask(name)));
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"the mask of '{name}' in {file.Path} is damaged: {e.Message}");
        }
    }
}

/// <summary>The result of <see cref="ModelCheckpoint.LoadPart"/>.</summary>
/// <param name="Read">The model's tensors and buffers that were read from the file.</param>
/// <param name="Left">The model's tensors and buffers that were left unchanged.</param>
/// <param name="Unused">The file's tensors that the model does not have.</param>
public sealed record LoadedPart(ImmutableArray<string> Read, ImmutableArray<string> Left, ImmutableArray<string> Unused);

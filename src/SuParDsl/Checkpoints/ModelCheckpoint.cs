using System.Runtime.InteropServices;

namespace SuParDsl;

/// <summary>
/// A model's weights and masks as a safetensors file: every parameter under its full name, and each mask under
/// <c>mask.</c> and its tensor's name, eight weights a byte, the first in the lowest bit.
/// </summary>
public static class ModelCheckpoint
{
    private const string MaskPrefix = "mask.";

    /// <summary>Writes a model's weights and masks.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The file; one that is there is replaced when the new one is complete.</param>
    /// <param name="metadata">Notes to keep in the file.</param>
    public static void Save(Model model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        var weights = model.Tensors.Select(tensor => new SafetensorsTensor(
            tensor.Name, SafetensorsType.Float, [.. tensor.Axes.Select(static axis => axis.Value)], () => MemoryMarshal.AsBytes(model.GetWeights(tensor.Name).AsSpan()).ToArray()));
        var masks = model.Masks.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => new SafetensorsTensor(
            MaskPrefix + entry.Key, SafetensorsType.Byte, [(entry.Value.Count + 7) / 8], () => entry.Value.ToPacked()));
        SafetensorsWriter.Write(path, [.. weights, .. masks], metadata);
    }

    /// <summary>Reads a model's weights and masks.</summary>
    /// <exception cref="CheckpointException">The file is damaged, or is not of this model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Load(Model model, string path)
    {
        using var file = SafetensorsReader.Open(path);
        var expected = model.Tensors.Select(static t => t.Name).Concat(model.Masks.Keys.Select(static name => MaskPrefix + name)).ToHashSet();
        if (file.Entries.Keys.FirstOrDefault(name => !expected.Contains(name)) is { } unknown)
        {
            throw new CheckpointException($"{path} has a tensor '{unknown}', which this {model.GetName()} has not");
        }

        model.SetMasks(model.Masks.ToDictionary(static entry => entry.Key, entry => ReadMask(file, entry.Key, entry.Value)));
        foreach (var tensor in model.Tensors)
        {
            var entry = file.Entry(tensor.Name, SafetensorsType.Float);
            if (!entry.Shape.SequenceEqual(tensor.Axes.Select(static axis => axis.Value)))
            {
                var shape = string.Join(", ", tensor.Axes.Select(static axis => axis.Value));
                throw new CheckpointException($"'{tensor.Name}' in {path} has shape [{string.Join(", ", entry.Shape)}], this {model.GetName()} needs [{shape}]");
            }

            model.SetWeights(tensor.Name, file.ReadFloats(tensor.Name));
        }

        model.ApplyMasks();
    }

    private static WeightMask ReadMask(SafetensorsReader file, string name, WeightMask drawn)
    {
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

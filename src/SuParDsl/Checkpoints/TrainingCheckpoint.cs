using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl.Checkpoints;

/// <summary>
/// Everything that a training run needs to resume as if it had never stopped: weights and masks, the optimizer's state,
/// libtorch's random state, and a manifest with a description and the checksum of every tensor. A checkpoint is a folder that is
/// either complete or missing.
/// </summary>
public static class TrainingCheckpoint
{
    private const string ModelFile = "model.safetensors", OptimizerFile = "optimizer.safetensors",
        RandomFile = "random.safetensors";
    private const string ManifestFile = "manifest.json", RandomName = "cpu";

    /// <summary>
    /// Writes a checkpoint. All ranks that the optimizer is sharded over must call this method, and rank 0 writes.
    /// </summary>
    /// <param name="path">The folder to create, which must not exist yet.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer, between two steps.</param>
    /// <param name="position">The position of the training run.</param>
    /// <exception cref="IOException">
    /// The path already exists, or the folder cannot be written and nothing of it is left. Other ranks wait; see
    /// <see cref="OptimizerCheckpoint.Save"/>.
    /// </exception>
    public static void Save(string path, IModel model, MuOptimizer optimizer, TrainingPosition position)
    {
        if (optimizer.ShardedOver.Rank == 0)
        {
            AtomicFolder.Write(path, folder => Fill(folder, model, optimizer, position));
        }
        else
        {
            _ = OptimizerCheckpoint.Save(optimizer, path);
        }
    }

    /// <summary>Reads a checkpoint into a model and its optimizer, and restores libtorch's random state.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="model">The model, in any storage. Its masks are replaced by the saved ones.</param>
    /// <param name="optimizer">Its optimizer, whose next step is then the one that the saved optimizer would have taken.</param>
    /// <returns>The position of the saved run.</returns>
    /// <exception cref="CheckpointException">
    /// A file is damaged, missing, or from another model, rule or optimizer. Nothing has changed.
    /// </exception>
    public static TrainingPosition Load(string path, IModel model, MuOptimizer optimizer)
    {
        var manifest = ReadManifest(path);
        manifest.Require(path, model, optimizer);

        // Every byte is checked before anything changes.
        using var weights = Verified(path, ModelFile, manifest);
        using var state = Verified(path, OptimizerFile, manifest);
        using var random = Verified(path, RandomFile, manifest);
        var saved = ModelCheckpoint.Check(model, weights, static name => name);
        manifest.RequireTable(path, model.TableWith(saved.Masks, saved.Shares));
        var moments = OptimizerCheckpoint.Read(optimizer, state, saved.Masks);

        // Restore the random state first, because libtorch checks it and may refuse it.
        LoadRandom(random);
        saved.Apply(model.Core);
        OptimizerCheckpoint.Apply(optimizer, moments);
        return manifest.Position;
    }

    /// <summary>Reads a checkpoint's manifest.</summary>
    /// <exception cref="CheckpointException">The manifest is missing or damaged, or has an unknown version.</exception>
    public static CheckpointManifest ReadManifest(string path)
    {
        var manifest = CheckpointManifest.Read(Path.Combine(path, ManifestFile));
        return manifest.Checksums.Keys.ToHashSet().SetEquals([ModelFile, OptimizerFile, RandomFile])
            ? manifest
            : throw new CheckpointException(
                $"{Path.Combine(path, ManifestFile)} is damaged: it must name {ModelFile}, {OptimizerFile} and {RandomFile}");
    }

    private static void Fill(string folder, IModel model, MuOptimizer optimizer, TrainingPosition position)
    {
        var checksums = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            [ModelFile] = ModelCheckpoint.Save(
                model, Path.Combine(folder, ModelFile), new Dictionary<string, string> { ["format"] = "supardsl" }),
            [OptimizerFile] = OptimizerCheckpoint.Save(optimizer, Path.Combine(folder, OptimizerFile)),
            [RandomFile] = SaveRandom(Path.Combine(folder, RandomFile)),
        };
        CheckpointManifest.Of(model, optimizer, position, checksums).Write(Path.Combine(folder, ManifestFile));
    }

    private static SafetensorsReader Verified(string folder, string name, CheckpointManifest manifest)
    {
        var path = Path.Combine(folder, name);
        var file = File.Exists(path) ? SafetensorsReader.Open(path) : throw new CheckpointException($"{path} is missing");
        try
        {
            Verify(file, manifest.Checksums[name]);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Verify(SafetensorsReader file, IReadOnlyDictionary<string, string> checksums)
    {
        if (file.Entries.Keys.Concat(checksums.Keys)
            .FirstOrDefault(name => !file.Entries.ContainsKey(name) || !checksums.ContainsKey(name)) is { } name)
        {
            throw new CheckpointException($"{file.Path} and its manifest disagree about the tensor '{name}'");
        }

        foreach (var (tensor, checksum) in checksums)
        {
            if (file.Checksum(tensor) != checksum)
            {
                throw new CheckpointException($"'{tensor}' in {file.Path} is damaged: its checksum differs from the manifest's");
            }
        }
    }

    private static IReadOnlyDictionary<string, string> SaveRandom(string path)
    {
        var state = RandomState.Get();
        return SafetensorsWriter.Write(
            path, [new(RandomName, SafetensorsType.Byte, [state.Length], () => state)],
            ImmutableDictionary<string, string>.Empty);
    }

    private static void LoadRandom(SafetensorsReader file)
    {
        try
        {
            RandomState.Set(file.ReadBytes(RandomName));
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"the random state in {file.Path} cannot be used: {e.Message}");
        }
    }
}

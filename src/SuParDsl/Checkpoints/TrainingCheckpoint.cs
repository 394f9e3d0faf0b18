using System.Collections.Immutable;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Everything that a training run needs to go on as if it had never stopped: weights and masks, the optimizer's state, the
/// engine's random numbers, and a manifest that says what it is and carries the checksum of every tensor. A folder, which is
/// either whole or not there.
/// </summary>
public static class TrainingCheckpoint
{
    private const string ModelFile = "model.safetensors", OptimizerFile = "optimizer.safetensors", RandomFile = "random.safetensors";
    private const string ManifestFile = "manifest.json", RandomName = "cpu";

    /// <summary>Writes a checkpoint. All ranks that an optimizer is sharded over do so together, and rank 0 writes.</summary>
    /// <param name="path">The folder to make, which is not there yet.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer, between two steps.</param>
    /// <param name="position">How far the run is.</param>
    /// <exception cref="IOException">
    /// The folder is there already or cannot be written; nothing of it stays then. Other ranks wait: see <see cref="OptimizerCheckpoint.Save"/>.
    /// </exception>
    public static void Save(string path, Model model, MuOptimizer optimizer, TrainingPosition position)
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

    /// <summary>Reads a checkpoint into a model and its optimizer, and sets the engine's random numbers.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="model">The model, in any storage; its masks become the saved ones.</param>
    /// <param name="optimizer">Its optimizer, whose next step is the one that the saved optimizer would have taken.</param>
    /// <returns>How far the run was.</returns>
    /// <exception cref="CheckpointException">A file is damaged or missing, or of another model, rule or optimizer; nothing has changed then.</exception>
    public static TrainingPosition Load(string path, Model model, MuOptimizer optimizer)
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

        // First what the engine judges by itself.
        LoadRandom(random);
        saved.Apply(model);
        OptimizerCheckpoint.Apply(optimizer, moments);
        return manifest.Position;
    }

    /// <summary>Reads what a checkpoint is.</summary>
    /// <exception cref="CheckpointException">The manifest is missing or damaged, or of a version that this one does not know.</exception>
    public static CheckpointManifest ReadManifest(string path)
    {
        var manifest = CheckpointManifest.Read(Path.Combine(path, ManifestFile));
        return manifest.Checksums.Keys.ToHashSet().SetEquals([ModelFile, OptimizerFile, RandomFile])
            ? manifest
            : throw new CheckpointException($"{Path.Combine(path, ManifestFile)} is damaged: it must name {ModelFile}, {OptimizerFile} and {RandomFile}");
    }

    private static void Fill(string folder, Model model, MuOptimizer optimizer, TrainingPosition position)
    {
        var checksums = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            [ModelFile] = ModelCheckpoint.Save(model, Path.Combine(folder, ModelFile), new Dictionary<string, string> { ["format"] = "supardsl" }),
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
        if (file.Entries.Keys.Concat(checksums.Keys).FirstOrDefault(name => !file.Entries.ContainsKey(name) || !checksums.ContainsKey(name)) is { } name)
        {
            throw new CheckpointException($"{file.Path} and its manifest disagree about the tensor '{name}'");
        }

        foreach (var (tensor, checksum) in checksums)
        {
            if (file.Checksum(tensor) != checksum)
            {
                throw new CheckpointException($"'{tensor}' in {file.Path} is damaged: its checksum is not the manifest's");
            }
        }
    }

    private static IReadOnlyDictionary<string, string> SaveRandom(string path)
    {
        var state = RandomState.Get();
        return SafetensorsWriter.Write(
            path, [new(RandomName, SafetensorsType.Byte, [state.Length], () => state)], ImmutableDictionary<string, string>.Empty);
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

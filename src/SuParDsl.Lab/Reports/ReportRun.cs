using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Checkpoints;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Reports;

/// <summary>A run as a report compares it with others. It is read without the types of its model.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Settings">The values of its configuration, by their place in config.json.</param>
/// <param name="History">Its history; empty if it was not trained.</param>
/// <param name="Weights">The number of its weights; null if the run has not ended.</param>
/// <param name="Kept">How many of them its masks keep.</param>
internal sealed record ReportRun(
    string Name, IReadOnlyDictionary<string, JsonNode?> Settings, TrainingHistory History, long? Weights, long? Kept)
{
    private const string ConfigFile = "config.json", MetricsFile = "metrics.csv", MasksFile = "masks.csv",
        WeightsFile = "model.safetensors";

    // The multiplier table in the metadata of the weights, and its tensors by name. Buffers are not among them.
    private const string Table = "multipliers", Tensors = "tensors";

    /// <summary>The number of steps that the run was to have; 0 if its configuration does not say.</summary>
    public int Steps =>
        Settings.GetValueOrDefault("training.steps") is JsonValue value && value.TryGetValue(out int steps) ? steps : 0;

    /// <summary>The name of one target, in the singular.</summary>
    public string Unit => Settings.GetValueOrDefault("data.unit") is { } unit ? SettingChange.Text(unit) : "unit";

    /// <summary>Reads the folder of a run.</summary>
    /// <exception cref="UserException">A file is damaged.</exception>
    /// <exception cref="CheckpointException">The weights are damaged.</exception>
    public static ReportRun Read(string folder)
    {
        var config = Path.Combine(folder, ConfigFile);
        var node = JsonFile.Read<JsonObject>(
            config, RunJson.Options, "a run's configuration", "name a folder that `train` has written");
        var (metrics, masks) = (Path.Combine(folder, MetricsFile), Path.Combine(folder, MasksFile));
        var history = File.Exists(metrics) ? MetricsReader.ReadAll(metrics) : new([], [], Outcome.Interrupted);
        var (all, kept) = Count(Path.Combine(folder, WeightsFile));
        return new(
            FolderKind.NameOf(folder), RunSettings.Leaves(node),
            history with { Masks = File.Exists(masks) ? MaskTable.Read(masks, int.MaxValue) : [] }, all, kept);
    }

    // Counts the weights of the tensors in the multiplier table, and the bits of their masks.
    private static (long? All, long? Kept) Count(string path)
    {
        if (!File.Exists(path))
        {
            return (null, null);
        }

        using var file = SafetensorsReader.Open(path);
        var names = file.Metadata.TryGetValue(Table, out var table) ? Names(table) : [];
        var all = 0L;
        var kept = 0L;
        foreach (var name in names.Where(file.Entries.ContainsKey))
        {
            var count = file.Entries[name].Shape.Aggregate(1L, static (product, size) => product * size);
            all += count;
            kept += file.Entries.ContainsKey("mask." + name)
                ? file.ReadBytes("mask." + name).Sum(static bits => (long)BitOperations.PopCount(bits)) : count;
        }

        return names.Count == 0 ? (null, null) : (all, kept);
    }

    private static List<string> Names(string table)
    {
        try
        {
            return JsonNode.Parse(table)?[Tensors] is JsonObject tensors ? [.. tensors.Select(static entry => entry.Key)] : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}

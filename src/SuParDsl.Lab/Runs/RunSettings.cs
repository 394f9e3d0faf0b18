using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Runs;

/// <summary>Which steps of a run an option changes if the run goes on with another value of it.</summary>
internal enum SettingEffect
{
    /// <summary>
    /// Also the steps that are done: they would have been computed differently, so that another value is refused.
    /// </summary>
    Past,

    /// <summary>
    /// The steps to come. A schedule is refused if it would have given the steps that are done other learning rates or mask
    /// updates.
    /// </summary>
    Future,

    /// <summary>No step: what is measured, logged and kept.</summary>
    None,
}

/// <summary>An option of <c>train</c>, and what it changes in a run that goes on.</summary>
/// <param name="Option">The option; empty for a value that no option sets.</param>
/// <param name="Effect">Which steps another value changes.</param>
/// <param name="Place">
/// Where config.json has the value, with its member names separated by dots; null if it has none. A place that ends with a dot
/// stands for everything in it.
/// </param>
internal sealed record RunSetting(string Option, SettingEffect Effect, string? Place);

/// <summary>A value in which two configurations of a run differ.</summary>
/// <param name="Place">Where config.json has it.</param>
/// <param name="From">The earlier value.</param>
/// <param name="To">The later value.</param>
internal sealed record SettingChange(string Place, JsonNode? From, JsonNode? To)
{
    /// <summary>The option that sets the value, as a person writes it; the place if no option does.</summary>
    [JsonIgnore]
    public string Name => RunSettings.Name(Place);

    /// <summary>The place with both values, for messages: "training.steps (60, now 80)".</summary>
    public override string ToString() => $"{Place} ({Json(From)}, now {Json(To)})";

    /// <summary>A value as text.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "none",
        JsonValue text when text.TryGetValue<string>(out var word) => word,
        _ => value.ToJsonString(),
    };

    private static string Json(JsonNode? value) => value?.ToJsonString() ?? "none";
}

/// <summary>All options of <c>train</c>, by their effect on a run that goes on.</summary>
internal static class RunSettings
{
    private const string Sizes = "size.";

    /// <summary>The options. The sizes of a model have one entry.</summary>
    public static IReadOnlyList<RunSetting> All { get; } =
    [
        new(string.Empty, SettingEffect.Past, "example"),
        new(string.Empty, SettingEffect.Past, Sizes),
        new("--from", SettingEffect.None, "start.from"),
        new("--prune", SettingEffect.Past, "start.prune"),
        new("--calibration", SettingEffect.Past, "start.calibration"),

        // Schedules. SchedulePast compares what they gave the steps that are done.
        new("--steps", SettingEffect.Future, "training.steps"),
        new("--schedule-steps", SettingEffect.Future, "training.scheduleSteps"),
        new("--lr", SettingEffect.Future, "training.learningRate"),
        new("--warmup", SettingEffect.Future, "training.warmup"),
        new("--warmup-formula", SettingEffect.Future, "training.warmupFormula"),
        new("--decay", SettingEffect.Future, "training.decay"),
        new("--final-lr", SettingEffect.Future, "training.finalLearningRate"),
        new("--mask-every", SettingEffect.Future, "training.masks.interval"),
        new("--mask-start", SettingEffect.Future, "training.masks.start"),
        new("--mask-stop", SettingEffect.Future, "training.masks.stop"),
        new("--mask-updates", SettingEffect.Future, "training.masks.updates"),
        new("--drop", SettingEffect.Future, "training.masks.dropFraction"),
        new("--drop-ramp", SettingEffect.Future, "training.masks.drop"),
        new("--drop-from-zero", SettingEffect.Future, "training.masks.dropFromZero"),
        new("--prune-ramp", SettingEffect.Future, "training.masks.prune"),

        new("--batch", SettingEffect.Past, "training.batch"),
        new("--accumulate", SettingEffect.Past, "training.accumulate"),
        new("--optimizer", SettingEffect.Past, "training.optimizer"),
        new("--muon-shape", SettingEffect.Past, "training.muonShape"),
        new("--muon-convolutions", SettingEffect.Past, "training.muonConvolutions"),
        new("--weight-decay", SettingEffect.Past, "training.weightDecay"),
        new("--decay-mode", SettingEffect.Past, "training.decayMode"),
        new("--beta1", SettingEffect.Past, "training.beta1"),
        new("--beta2", SettingEffect.Past, "training.beta2"),
        new("--grad-clip", SettingEffect.Past, "training.gradClip"),
        new("--method", SettingEffect.Past, "training.masks.method"),
        new("--drop-by-sign", SettingEffect.Past, "training.masks.dropBySign"),
        new("--prune-global", SettingEffect.Past, "training.masks.global"),
        new("--prune-normalize", SettingEffect.Past, "training.masks.normalize"),
        new("--seed", SettingEffect.Past, "training.seed"),
        new("--tokenizer", SettingEffect.Past, null),
        new("--field", SettingEffect.Past, null),
        new("--vocabulary", SettingEffect.Past, null),
        new("--token-type", SettingEffect.Past, null),
        new(string.Empty, SettingEffect.Past, "data.name"),
        new(string.Empty, SettingEffect.Past, "data.unit"),
        new(string.Empty, SettingEffect.Past, "data.training"),
        new(string.Empty, SettingEffect.Past, "data.validation"),
        new(string.Empty, SettingEffect.Past, "data.fingerprint"),

        // These change the rounding of the steps to come, or what happens if one of them diverges.
        new("--storage", SettingEffect.Future, "training.storage"),
        new("--on-divergence", SettingEffect.Future, "checkpoints.onDivergence"),
        new("--device", SettingEffect.Future, "machine.device"),
        new("--threads", SettingEffect.Future, "machine.threads"),
        new("--parallel", SettingEffect.Future, null),
        new("--allow-resize", SettingEffect.Future, null),
        new("--no-overlap", SettingEffect.Future, "sharing.overlap"),
        new("--transport", SettingEffect.Future, "sharing.transport"),
        new("--shard-optimizer", SettingEffect.Future, "sharing.shardOptimizer"),
        new(string.Empty, SettingEffect.Future, "machine.runtime"),
        new(string.Empty, SettingEffect.Future, "machine.commit"),

        new("--data", SettingEffect.None, "data.path"),
        new("--eval-every", SettingEffect.None, "training.evalEvery"),
        new("--eval-batches", SettingEffect.None, "training.evalBatches"),
        new("--sample-length", SettingEffect.None, "training.sampleLength"),
        new("--checkpoint-every", SettingEffect.None, "checkpoints.every"),
        new("--keep", SettingEffect.None, "checkpoints.keep"),
        new("--out", SettingEffect.None, null),
        new("--config", SettingEffect.None, null),
        new("--resume", SettingEffect.None, null),
        new("--resume-at", SettingEffect.None, null),
        new("--allow-new-schedule", SettingEffect.None, null),
        new(string.Empty, SettingEffect.None, "machine.started"),
        new(string.Empty, SettingEffect.None, "changes"),
    ];

    /// <summary>The entry of a place in config.json; null if it has none.</summary>
    public static RunSetting? At(string place) => All.FirstOrDefault(setting =>
        setting.Place == place || (setting.Place is [.., '.'] parent && place.StartsWith(parent, StringComparison.Ordinal)));

    /// <summary>The option that sets the value at a place, or the name of a size; the place if it is neither.</summary>
    public static string Name(string place) => At(place) is { Option.Length: > 0 } setting ? setting.Option
        : place.StartsWith(Sizes, StringComparison.Ordinal) ? place[Sizes.Length..] : place;

    /// <summary>Which steps another value at a place changes. A place without an entry is taken to change all steps.</summary>
    public static SettingEffect EffectOf(string place) => At(place)?.Effect ?? SettingEffect.Past;

    /// <summary>Returns the values in which two configurations differ, without times and the list of changes.</summary>
    public static IReadOnlyList<SettingChange> Differences<TSize>(RunConfig<TSize> from, RunConfig<TSize> to) where TSize : class
    {
        var (before, after) = (Leaves(from), Leaves(to));
        return
        [
            .. before.Keys.Union(after.Keys)
                .Select(place => new SettingChange(place, before.GetValueOrDefault(place), after.GetValueOrDefault(place)))
                .Where(static change => !JsonNode.DeepEquals(change.From, change.To)),
        ];
    }

    /// <summary>Every value of a configuration by its place, without times and the list of changes.</summary>
    public static IReadOnlyDictionary<string, JsonNode?> Leaves<TSize>(RunConfig<TSize> config) where TSize : class
    {
        var stable = config with { Changes = null, Machine = config.Machine with { Started = default } };
        return Leaves(JsonSerializer.SerializeToNode(stable, RunJson.Options));
    }

    /// <summary>Every value in a configuration's JSON by its place.</summary>
    public static IReadOnlyDictionary<string, JsonNode?> Leaves(JsonNode? config)
    {
        var leaves = new Dictionary<string, JsonNode?>();
        Add(config, string.Empty);
        return leaves;

        void Add(JsonNode? node, string place)
        {
            if (node is JsonObject parent)
            {
                foreach (var (name, value) in parent)
                {
                    Add(value, place.Length == 0 ? name : $"{place}.{name}");
                }
            }
            else
            {
                leaves.Add(place, node);
            }
        }
    }
}

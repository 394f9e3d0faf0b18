using System.Text.Json;
using System.Text.Json.Nodes;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Text;
using static System.FormattableString;

namespace SuParDsl.Lab.Runs;

/// <summary>A change of a run's settings when it was resumed.</summary>
/// <param name="Step">The number of steps that were done before.</param>
/// <param name="At">When the run was resumed, in UTC.</param>
/// <param name="Loss">The validation loss before; null if it was not measured there.</param>
/// <param name="NewSchedule">
/// Whether the new schedule would have given the steps before other learning rates or mask updates, and was allowed to.
/// </param>
/// <param name="Settings">The values that changed.</param>
internal sealed record RunChange(
    int Step, DateTimeOffset At, double? Loss, bool NewSchedule, IReadOnlyList<SettingChange> Settings);

/// <summary>The changes of a run's settings over its life.</summary>
internal static class RunHistory
{
    /// <summary>Returns the configuration that a run had when it had done some steps, by undoing later changes.</summary>
    public static RunConfig<TSize> At<TSize>(RunConfig<TSize> config, int step) where TSize : class
    {
        if (config.Changes is not { } changes || changes.All(change => change.Step <= step))
        {
            return config;
        }

        var node = JsonSerializer.SerializeToNode(config, RunJson.Options)!;
        var undone = changes.Where(change => change.Step > step).Reverse();
        foreach (var setting in undone.SelectMany(static change => change.Settings))
        {
            Set(node, setting.Place, setting.From);
        }

        RunChange[] kept = [.. changes.Where(change => change.Step <= step)];
        return node.Deserialize<RunConfig<TSize>>(RunJson.Options)! with { Changes = kept.Length > 0 ? kept : null };
    }

    /// <summary>The number of steps before the last change that allowed another schedule; 0 if there is none.</summary>
    public static int ScheduleBegins(IReadOnlyList<RunChange>? changes) =>
        changes?.LastOrDefault(static change => change.NewSchedule)?.Step ?? 0;

    /// <summary>The changes as a table in Markdown.</summary>
    public static string ToMarkdown(IEnumerable<RunChange> changes)
    {
        var rows = changes.SelectMany(static change => change.Settings.Select(setting => (IReadOnlyList<string>)
        [
            Invariant($"{change.Step}"), Invariant($"{change.At:yyyy-MM-dd HH:mm}"), Invariant($"{change.Loss:F4}"), setting.Name,
            SettingChange.Text(setting.From), SettingChange.Text(setting.To),
        ]));
        var table = "# Changes\n\n"
            + new TextTable(["after step", "when", "validation loss", "option", "before", "then"], [.. rows]).ToMarkdown();
        var kept = changes.Where(static change => change.NewSchedule).Select(static change => change.Step).ToList();
        return kept.Count == 0
            ? table
            : Invariant($"{table}\nThe steps up to {string.Join(" and ", kept)} followed the schedule before the change.\n");
    }

    private static void Set(JsonNode root, string place, JsonNode? value)
    {
        var names = place.Split('.');
        var parent = names[..^1].Aggregate(root, static (node, name) => node[name]!);
        parent[names[^1]] = value?.DeepClone();
    }
}

using System.Globalization;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Evaluations;

/// <summary>The table of several runs' results, with a row for chance.</summary>
internal static class EvaluationTable
{
    /// <summary>The metrics that the table shows of each kind of task. <c>evaluation.json</c> has all.</summary>
    private static readonly Dictionary<TaskKind, string[]> Shown = new()
    {
        [TaskKind.Choice] = ["acc", "acc_norm"],
        [TaskKind.LastWord] = ["acc", "perplexity"],
        [TaskKind.Text] = ["bits_per_byte", "word_perplexity"],
    };

    /// <summary>The table.</summary>
    /// <param name="runs">The name of each run and its results.</param>
    public static TextTable Of(IReadOnlyList<(string Name, RunEvaluation Results)> runs)
    {
        // Results belong together if the questions are the same. Others of the same name have a column of their own.
        var tasks = runs.SelectMany(static run => run.Results.Tasks).DistinctBy(static task => (task.Name, task.Fingerprint))
            .ToList();
        var columns =
            tasks.SelectMany(task => Shown[task.Kind].Select(metric => (Task: task, Metric: metric, Title: Title(task, metric))))
                .ToList();
        return new(
            ["run", "density", "rule", .. columns.Select(static column => column.Title)],
            [
                .. runs.Select(run => (IReadOnlyList<string>)
                [
                    run.Name, run.Results.Density is { } density ? Numbers.Text(density) : string.Empty, run.Results.Rule,
                    .. columns.Select(column => Find(run.Results, column.Task, column.Metric) is { } found
                        ? Cell(found.Value, found.Error) : string.Empty),
                ]),
                [
                    "random", string.Empty, string.Empty,
                    .. columns.Select(column => Chance([.. runs.Select(run => Find(run.Results, column.Task, column.Metric))
                        .OfType<Metric>().Select(static metric => metric.Random)])),
                ],
            ]);

        string Title(TaskResult task, string metric) =>
            tasks.Count(other => other.Name == task.Name) == 1
                ? $"{task.Name} {metric}"
                : $"{task.Name} ({task.Fingerprint}) {metric}";
    }

    private static Metric? Find(RunEvaluation results, TaskResult task, string metric) =>
        results.Tasks.FirstOrDefault(other => (other.Name, other.Fingerprint) == (task.Name, task.Fingerprint))
            ?.Metrics.GetValueOrDefault(metric);

    // Vocabularies of different sizes have different perplexities by chance.
    private static string Chance(double[] values) =>
        values.Length > 0 && values.Max() - values.Min() <= 1e-9 * values.Max() ? Cell(values[0], null) : string.Empty;

    private static string Cell(double value, double? error) =>
        Text(value) + (error is { } e ? $" ± {Text(e, value)}" : string.Empty);

    // An error has as many digits after the point as its value.
    private static string Text(double value, double? like = null) => value.ToString(
        Math.Abs(like ?? value) < 10 ? "F3" : Math.Abs(like ?? value) < 1000 ? "F1" : "G4", CultureInfo.InvariantCulture);
}

using SuParDsl.Lab.Files;

namespace SuParDsl.Lab.Evaluations;

/// <summary>A measured value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Error">Its standard error over the questions or texts; null if there is only one.</param>
/// <param name="Random">The value of a model to which all tokens are equally likely, or which chooses at random.</param>
internal sealed record Metric(double Value, double? Error, double Random);

/// <summary>The results of a task.</summary>
/// <param name="Name">The name of the task.</param>
/// <param name="Layout">The layout of its file.</param>
/// <param name="Kind">What was measured.</param>
/// <param name="Questions">The number of questions or texts.</param>
/// <param name="Fingerprint">A text that identifies the questions.</param>
/// <param name="Cut">The number of questions whose context did not fit into the model's and lost its beginning.</param>
/// <param name="Metrics">The metrics by their names in lm-evaluation-harness.</param>
internal sealed record TaskResult(
    string Name, string Layout, TaskKind Kind, int Questions, string Fingerprint, int Cut,
    IReadOnlyDictionary<string, Metric> Metrics);

/// <summary>The results of a run, as its <c>evaluation.json</c> keeps them.</summary>
/// <param name="Density">The fraction of the weights that the sparse tensors keep; null if the model has no such size.</param>
/// <param name="Rule">The name of the rule.</param>
/// <param name="Tasks">The results.</param>
internal sealed record RunEvaluation(double? Density, string Rule, IReadOnlyList<TaskResult> Tasks)
{
    /// <summary>The name of the file in a run folder.</summary>
    public const string FileName = "evaluation.json";

    /// <summary>Reads the results in a run folder; null if there are none.</summary>
    /// <exception cref="UserException">The file is damaged.</exception>
    public static RunEvaluation? ReadOrNull(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path)
            ? JsonFile.Read<RunEvaluation>(
                path, RunJson.Options, "the results of evaluate", "remove it, and evaluate the run again")
            : null;
    }

    /// <summary>These results, and those of an earlier evaluation for all other tasks.</summary>
    public RunEvaluation After(RunEvaluation? earlier) => earlier is null ? this : this with
    {
        Tasks = [.. earlier.Tasks.Where(task => Tasks.All(other => other.Name != task.Name)), .. Tasks],
    };
}

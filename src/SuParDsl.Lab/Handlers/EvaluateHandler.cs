using SuParDsl.Lab.Data;
using SuParDsl.Lab.Evaluations;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>evaluate</c>.</summary>
/// <param name="Runs">The run folders.</param>
/// <param name="Tasks">The files of the tasks, or the names of our own.</param>
internal sealed record EvaluateOptions(IReadOnlyList<string> Runs, IReadOnlyList<string> Tasks)
{
    /// <summary>The field of JSON Lines, or the column of Parquet files, that holds texts.</summary>
    public string Field { get; init; } = TokenizerChoice.DefaultField;

    /// <summary>Whether to write JSON.</summary>
    public bool AsJson { get; init; }

    /// <summary>The device and the number of threads.</summary>
    public EngineChoice Engine { get; init; } = new();
}

/// <summary><c>evaluate</c>: measures trained models on tasks.</summary>
internal static class EvaluateHandler
{
    private sealed record NamedEvaluation(string Run, double? Density, string Rule, IReadOnlyList<TaskResult> Tasks);

    /// <summary>Measures the runs, writes the results to their folders, and prints a table.</summary>
    /// <returns>The exit code: 1 if the evaluation was stopped.</returns>
    /// <exception cref="UserException">A task or a run cannot be read, or a model cannot encode a text.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TextData text, EvaluateOptions options, TextWriter output, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var tasks = options.Tasks.Select(name => TaskFile.Read(name, options.Field)).ToList();
        if (tasks.GroupBy(static task => task.Name).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw new UserException(
                $"--tasks has two tasks with the name {twice.Key}: rename a file, as results are kept by its name");
        }

        var folders = options.Runs.Select(path =>
        {
            var folder = RunFolder.Existing(path);
            return (Folder: folder, Config: folder.ReadConfigOf<TSize>(example.Name), Earlier: RunEvaluation.ReadOrNull(path));
        }).ToList();
        var axes = new SizeAxes<TModel, TSize>();
        var device = options.Engine.Apply();
        var progress = options.AsJson ? null : new LongWork(output, TimeProvider.System);
        List<(string Name, RunEvaluation Results)> all = [];
        foreach (var (folder, config, earlier) in folders)
        {
            var vocabulary = text.Vocabulary<TModel, TSize>(config.Size);
            var tokenizer = folder.ReadTokenizer(vocabulary);
            using var model = folder.LoadModel<TModel, TSize>(config);
            _ = model.to(device);
            var runner = new TaskRunner(
                new(TextData.Language(model), vocabulary, device), tokenizer, text.Context<TModel, TSize>(config.Size));
            List<TaskResult> results =
            [
                .. tasks.Select(task => runner.Run(
                    task, fraction => progress?.Report($"{folder.Path}: {task.Name}", fraction), stop)),
            ];
            if (stop.IsCancellationRequested)
            {
                return 1;
            }

            var found = new RunEvaluation(
                axes.Value(config.Size, SizeAxis.Density), RuleNames.Of(axes.RuleOf(config.Size)), results);
            all.Add((folder.Path, found));
            var kept = found.After(earlier);
            folder.Write(RunEvaluation.FileName, RunJson.Text(kept));
            folder.Write("evaluation.md",
                $"## Evaluation\n\n{EvaluationTable.Of([(FolderKind.NameOf(folder.Path), kept)]).ToMarkdown()}");
        }

        Print(output, options, all, tasks);
        return 0;
    }

    private static void Print(
        TextWriter output, EvaluateOptions options, List<(string Name, RunEvaluation Results)> all, List<EvaluationTask> tasks)
    {
        if (options.AsJson)
        {
            output.Write(RunJson.Text(all.Select(static run =>
                new NamedEvaluation(run.Name, run.Results.Density, run.Results.Rule, run.Results.Tasks))));
            return;
        }

        foreach (var (task, at) in tasks.Select(static (task, at) => (task, at)))
        {
            var cut = all.Max(run => run.Results.Tasks[at].Cut);
            output.WriteLine($"{task.Name}: "
                + $"{task.Questions.Count} {(task.Kind == TaskKind.Text ? "texts" : "questions")}, layout "
                + task.Layout
                + (cut == 0 ? string.Empty : $"; {cut} contexts are longer than the model's and lost their beginning"));
        }

        output.WriteLine();
        EvaluationTable.Of(all).Print(output, Terminal.Of(output));
        output.WriteLine($"all metrics are in {RunEvaluation.FileName} of {(all.Count == 1 ? all[0].Name : "each run")}");
    }
}

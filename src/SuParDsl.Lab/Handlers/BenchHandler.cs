using SuParDsl.Lab.Bench;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>bench</c>.</summary>
/// <param name="Study">The widths and densities to time, the data and the folder.</param>
/// <param name="Training">The optimizer, the batch, the seed, and the storage to compare with masked matrices.</param>
internal sealed record BenchOptions<TSize>(StudyOptions<TSize> Study, TrainingOptions Training) where TSize : class
{
    /// <summary>The default number of timed steps.</summary>
    public const int DefaultRounds = 7;

    /// <summary>The number of timed steps of each model.</summary>
    public int Rounds { get; init; } = DefaultRounds;

    /// <summary>What is varied and how each model is trained.</summary>
    public BenchPlan Plan => new(
        Study.Axes.GetValueOrDefault(SizeAxis.Width, []), Study.Axes.GetValueOrDefault(SizeAxis.Density, [1]), Training, Rounds);
}

/// <summary><c>bench</c>: measures what a density saves in time and memory on this machine.</summary>
internal static class BenchHandler
{
    /// <summary>Times training steps of an example's model.</summary>
    /// <returns>The exit code: 1 if it was stopped.</returns>
    /// <exception cref="UserException">The data or a size cannot be used, or the folder is taken.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, BenchOptions<TSize> options, Streams streams, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var (study, training, plan, output) = (options.Study, options.Training, options.Plan, streams.Output);
        RunFolder.Check(study.Out);
        var (data, size) = study.Open(example.Data, TModel.Sizes, output);
        using var open = data;
        var device = study.Engine.Apply();
        var runner = new BenchRunner<TModel, TSize>(plan, size, open, example.Loss, device);
        runner.RequireSizes();
        var folder = study.CreateFolder(example.Name + "-bench");
        var results = StudyWork.Watch(
            streams, runner.Count, "sizes", "timed", done => runner.Run(measured => done(Describe(measured)), stop));
        if (results is null)
        {
            return 1;
        }

        var machine = RunMachine.Here(device);
        var table = BenchTable.Of(results, training.Storage);
        var threads = $"{machine.Threads} {(machine.Threads == 1 ? "thread" : "threads")}";
        var title = $"{example.Name}: a training step, batch {training.Batch}, {machine.Device}, {threads}";
        folder.Write("bench.json", RunJson.Text(
            new { Example = example.Name, Size = size, Plan = plan, Machine = machine, Results = results }));
        folder.Write("bench.md", $"# {title}\n\n{table.ToMarkdown()}");
        folder.Write("bench.svg", BenchTable.Figure(results, training.Storage, title).ToSvg());
        output.WriteLine();
        table.Print(output, Terminal.Of(output));
        output.WriteLine();
        output.WriteLine($"everything is in {folder.Path}");
        NextCommands.Write(output, NextCommands.Of(example.Name).AfterBench(folder.Path, options.Rounds, training.Storage));
        return 0;
    }

    private static string Describe(BenchResult result) =>
        $"{(result.Width is { } width ? $"width {Numbers.Text(width)}, " : string.Empty)}density {Numbers.Text(result.Density)}: "
            + $"{result.AgainstMasked.Median:F2}× masked";
}

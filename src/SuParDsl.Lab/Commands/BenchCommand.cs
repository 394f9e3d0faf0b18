using System.CommandLine;
using SuParDsl.Lab.Bench;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Commands;

/// <summary><c>bench</c>: measures what a density saves in time and memory on this machine.</summary>
internal static class BenchCommand
{
    private const int DefaultRounds = 7;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var axes = new SizeAxes<TModel, TSize>(example.Size);
        var lists = new AxisOptions<TModel, TSize>(example.Size, axes, new()
        {
            [SizeAxis.Width] = axes.Value(example.Size, SizeAxis.Width) is { } width ? [width] : [],
            [SizeAxis.Density] = [1 / 4.0, 1 / 16.0, 1 / 64.0],
        });
        var sizes = new SizeOptions<TModel, TSize>(
            example.Size, axes.Names(SizeAxis.Width, SizeAxis.Density).Concat(example.Data.Sizes));
        var rounds = OptionFactory.Integer(
            "--rounds", $"timed steps per model, after {Measure.Warmup} warm-up steps", DefaultRounds, 1);
        var batch = OptionFactory.Integer("--batch", "examples per step", example.Training.Batch, 1);
        var optimizer = OptionFactory.Choice("--optimizer", "the optimizer", example.Training.Optimizer);
        var storage = OptionFactory.Choice(
            "--storage", "the storage to compare with masked matrices; auto takes the faster one", Storage.Auto);
        var seed = OptionFactory.Seed("--seed", "random seed of the weights, masks and batch", example.Training.Seed);
        var data = new DataOptions(example.Data);
        var engine = new EngineOptions();
        var path = OptionFactory.Text(
            "--out", "the folder to create for table, JSON file and figure; by default runs/<example>-bench-<time>", "folder");
        var command = new Command(
            "bench", "Times training steps in alternation with the same model masked and dense, and measures the memory of "
                + "weights and moments");
        lists.AddTo(command);
        sizes.AddTo(command);
        foreach (var option in (Option[])[rounds, batch, optimizer, storage, seed])
        {
            command.Add(option);
        }

        data.AddTo(command);
        engine.AddTo(command);
        command.Add(path);
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            RunFolder.Check(result.GetValue(path));
            var asked = sizes.Read(result);
            var varied = lists.Read(result);
            var training = example.Training with
            {
                Batch = result.GetValue(batch),
                Optimizer = result.GetValue(optimizer),
                Storage = result.GetValue(storage),
                Seed = result.GetValue(seed),
            };
            var plan = new BenchPlan(
                varied.GetValueOrDefault(SizeAxis.Width, []), varied.GetValueOrDefault(SizeAxis.Density, [1]), training, result.GetValue(rounds));
            using var open = data.Open(result, asked);
            var size = SizeRecord.With(asked, open.Sizes);
            var device = engine.Apply(result);
            var runner = new BenchRunner<TModel, TSize>(plan, size, open, example.Loss, device);
            runner.RequireSizes();
            var folder = RunFolder.Create(result.GetValue(path), example.Name + "-bench", DateTimeOffset.UtcNow);
            folder.Write(RunFolder.FileToRepeat, Settings.ToRepeat(result));
            var output = result.InvocationConfiguration.Output;
            List<BenchResult> results;
            try
            {
                results = WorkProgress.Watch(
                    output, Terminal.Of(output), runner.Count, "sizes", done => runner.Run(measured => done(Describe(measured)), stop.Token));
            }
            catch (OperationCanceledException)
            {
                result.InvocationConfiguration.Error.WriteLine($"error: stopped before all {runner.Count} sizes were timed");
                return 1;
            }

            var machine = RunMachine.Here(device);
            var table = BenchTable.Of(results, training.Storage);
            var threads = $"{machine.Threads} {(machine.Threads == 1 ? "thread" : "threads")}";
            var title = $"{example.Name}: a training step, batch {training.Batch}, {machine.Device}, {threads}";
            folder.Write("bench.json", RunJson.Text(new { Example = example.Name, Size = size, Plan = plan, Machine = machine, Results = results }));
            folder.Write("bench.md", $"# {title}\n\n{table.ToMarkdown()}");
            folder.Write("bench.svg", BenchTable.Figure(results, training.Storage, title).ToSvg());
            output.WriteLine();
            table.Print(output, Terminal.Of(output));
            output.WriteLine();
            output.WriteLine($"everything is in {folder.Path}");
            return 0;
        });
        return command;
    }

    private static string Describe(BenchResult result) =>
        $"{(result.Width is { } width ? $"width {Numbers.Text(width)}, " : string.Empty)}density {Numbers.Text(result.Density)}: "
            + $"{result.AgainstMasked.Median:F2}× masked";
}

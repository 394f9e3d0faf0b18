using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>check</c>: the coordinate check, which tests a parameterization in minutes.</summary>
internal static class CheckCommand
{
    private const int DefaultBatch = 8;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var start = example.CheckSize ?? example.Size;
        var axes = new SizeAxes<TModel, TSize>(start);
        var lists = new AxisOptions<TModel, TSize>(start, axes, new()
        {
            [SizeAxis.Width] = axes.Value(start, SizeAxis.Width) is { } width ? [width, Math.Round(width / 2), Math.Round(width / 4)] : [],
            [SizeAxis.Density] = [1, 1 / 4.0, 1 / 16.0],
            [SizeAxis.Depth] = [],
        });
        var sizes = new SizeOptions<TModel, TSize>(
            start, axes.Names(SizeAxis.Width, SizeAxis.Density).Concat(example.Data.Sizes));
        var rules = OptionFactory.ChoiceList(
            "--rules", "the rules to compare; the exit code judges SµPar if it is among them, else the last one", axes.Rules);
        var optimizer = OptionFactory.Choice(
            "--optimizer", "the optimizer; muon on sparse matrices is experimental", OptimizerChoice.AdamW);
        var lr = new Option<double?>("--lr")
        {
            Description = "base learning rate; by default 2^-10 for adamw and adam, 2^-4 for sgd, 2^-12 for lion, 2^-8 for muon",
            HelpName = "x",
            CustomParser = static result => OptionFactory.ParseReal(result, "--lr", "above 0", static x => x > 0),
        };
        var steps = OptionFactory.Integer("--steps", "steps to train each model", 10, 1);
        var seeds = OptionFactory.Integer("--seeds", "models per size, with seeds from 1", 3, 1);
        var batch = OptionFactory.Integer("--batch", "examples per step", DefaultBatch, 1);
        var threshold = OptionFactory.Real("--threshold", "largest slope of log₂ mean |activation| that passes", 0.15, "above 0", static x => x > 0);
        var data = new DataOptions(example.Data);
        var path = OptionFactory.Text(
            "--out", "the folder to create for table, CSV files and figures; by default runs/<example>-check-<time>", "folder");
        var engine = new EngineOptions();
        var command = new Command(
            "check", "Coordinate check: does any layer's activation grow or shrink with width, density or depth? Exit code 1 if so")
        {
            rules, optimizer, lr, steps, seeds, batch, threshold,
        };
        lists.AddTo(command);
        sizes.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        command.Add(path);
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            var choice = result.GetValue(optimizer);
            var training = new TrainingOptions
            {
                Optimizer = choice,
                LearningRate = result.GetValue(lr) ?? choice.CheckLr(),
                Steps = result.GetValue(steps),
                Batch = result.GetValue(batch),
                Warmup = 0,
                LrDecay = LrDecay.Constant,
                WeightDecay = 0,
                GradClip = 0,
            };
            var plan = new CheckPlan(lists.Read(result), result.GetValue(rules)!, training, result.GetValue(seeds), result.GetValue(threshold));
            if (!plan.Varying.Any())
            {
                throw new UserException("a coordinate check compares sizes: give at least two values to --widths, --densities or --depths");
            }

            RunFolder.Check(result.GetValue(path));
            var asked = sizes.Read(result);
            using var open = data.Open(result, asked);
            var size = SizeRecord.With(asked, open.Sizes);
            var device = engine.Apply(result);
            var runner = new CheckRunner<TModel, TSize>(plan, size, open, example.Loss, device);
            runner.RequireSizes();
            var folder = RunFolder.Create(result.GetValue(path), example.Name + "-check", DateTimeOffset.UtcNow);
            folder.Write("check.json", JsonSerializer.Serialize(
                new CheckConfig<TSize>(example.Name, size, plan, RunData.Of(open, data.Path(result)), RunMachine.Here(device)),
                RunJson.Options) + "\n");
            folder.Write(RunFolder.FileToRepeat, Settings.ToRepeat(result));
            var output = result.InvocationConfiguration.Output;
            List<CheckResult> results;
            try
            {
                results = WorkProgress.Watch(
                    output, Terminal.Of(output), runner.Models, "models",
                    done => runner.Run((trained, seed, _) => done(Describe(axes, trained, seed)), stop.Token));
            }
            catch (OperationCanceledException)
            {
                result.InvocationConfiguration.Error.WriteLine($"error: stopped before all {runner.Models} models were measured");
                return 1;
            }

            return Finish(output, folder, plan, results, $"{example.Name}, {training.Optimizer} at {Numbers.Text(training.LearningRate)}");
        });
        return command;
    }

    private static int Finish(TextWriter output, RunFolder folder, CheckPlan plan, List<CheckResult> results, string title)
    {
        var summary = new List<string>();
        foreach (var result in results)
        {
            var table = CheckTable.Of(result, plan.Threshold);
            var heading = $"{RuleNames.Of(result.Rule)} over {result.Report.Axis}: slopes of log₂ mean |activation| "
                + $"and of its change Δ against log₂ {result.Report.Axis}, ± their spread over seeds";
            output.WriteLine();
            output.WriteLine(heading);
            table.Print(output, Terminal.Of(output));
            summary.Add($"## {heading}\n\n{table.ToMarkdown()}");
        }

        foreach (var axis in results.GroupBy(static result => result.Axis))
        {
            folder.Write($"check-{axis.First().Report.Axis}.svg", CheckFigure.Of($"Coordinate check: {title}", [.. axis]).ToSvg());
        }

        folder.Write("check.csv", CheckTable.Csv(results));
        folder.Write("slopes.csv", CheckTable.SlopesCsv(results));
        var verdicts = results.Select(result => CheckTable.Verdict(result, plan.Threshold)).ToList();
        var list = string.Concat(verdicts.Select(static line => $"- {line}\n"));
        folder.Write("check.md", $"# Coordinate check: {title}\n\n{list}\n{string.Join('\n', summary)}");
        output.WriteLine();
        verdicts.ForEach(output.WriteLine);
        var passes = results.Where(result => result.Rule == plan.Judged).All(result => !result.Above(plan.Threshold).Any());
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{RuleNames.Of(plan.Judged)} {(passes ? "passes" : "fails")} at ±{plan.Threshold}; everything is in {folder.Path}"));
        return passes ? 0 : 1;
    }

    private static string Describe<TModel, TSize>(SizeAxes<TModel, TSize> axes, TSize size, long seed)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var values = new[] { SizeAxis.Width, SizeAxis.Density, SizeAxis.Depth }
            .Where(axis => axes.Value(size, axis) is not null)
            .Select(axis => $"{axis.ToString().ToLowerInvariant()} {Numbers.Text(axes.Value(size, axis)!.Value)}");
        return $"{RuleNames.Of(axes.RuleOf(size))}, {string.Join(", ", values)}, seed {seed}";
    }
}

using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Files;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Handlers;

/// <summary><c>check</c>: the coordinate check, which tests a parameterization in minutes.</summary>
internal static class CheckHandler
{
    /// <summary>Checks an example's model.</summary>
    /// <returns>The exit code: 1 if the judged rule fails or the check was stopped, 3 if the seeds are too few to tell.</returns>
    /// <exception cref="UserException">No axis varies, or a model cannot be built or trained.</exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, CheckOptions<TSize> options, Streams streams, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var (study, plan) = (options.Study, options.Plan);
        if (!plan.Varying.Any())
        {
            throw new UserException(
                "a coordinate check compares sizes: give at least two values to --widths, --densities or --depths");
        }

        RunFolder.Check(study.Out);
        var (data, size) = study.Open(example.Data, TModel.Sizes, streams.Output);
        using var open = data;
        var device = study.Engine.Apply();
        var runner = new CheckRunner<TModel, TSize>(plan, size, open, example.Loss, device);
        runner.RequireSizes();
        var folder = study.CreateFolder(example.Name + "-check");
        var config = new CheckConfig<TSize>(
            example.Name, size, plan, RunData.Of(open, study.Data.Path), RunMachine.Here(device));
        folder.Write("check.json", RunJson.Text(config));
        var axes = new SizeAxes<TModel, TSize>();
        var title = $"{example.Name}, {options.Training.Optimizer} at {Numbers.Text(options.Training.LearningRate)}";
        if (SequentialCheck.Run(plan, Measure) is not { } measured)
        {
            return 1;
        }

        var verdict = Finish(streams.Output, folder, measured, title);
        NextCommands.Write(streams.Output, NextCommands.Of(example.Name).AfterCheck(folder.Path, verdict.Verdict));
        return verdict.ExitCode;

        List<CheckResult>? Measure(CheckPlan look) => StudyWork.Watch(
            streams, runner.Models(look.Seeds), "models", "measured",
            done => runner.Run(look.Seeds, (trained, seed, _) => done(Describe(axes, trained, seed)), stop));
    }

    private static CheckVerdict Finish(TextWriter output, RunFolder folder, MeasuredCheck measured, string title)
    {
        var (plan, results, error) = measured;
        var summary = new List<string>();
        var verdicts = new List<string>();
        foreach (var result in results)
        {
            var judgement = result.Judge(plan.Threshold, error);
            var table = CheckTable.Of(result, judgement);
            var heading = $"{RuleNames.Of(result.Rule)} over {result.Report.Axis}: slopes of log₂ mean |activation| "
                + $"and of its change Δ against log₂ {result.Report.Axis}, ± half of their 95 % confidence intervals "
                + $"({plan.Seeds} {(plan.Seeds == 1 ? "seed" : "seeds")})";
            output.WriteLine();
            output.WriteLine(heading);
            table.Print(output, Terminal.Of(output));
            summary.Add($"## {heading}\n\n{table.ToMarkdown()}");
            verdicts.Add(CheckTable.Verdict(result, judgement, plan.Seeds));
        }

        foreach (var axis in results.GroupBy(static result => result.Axis))
        {
            var figure = CheckFigure.Of($"Coordinate check: {title}", [.. axis]);
            folder.Write($"check-{axis.First().Report.Axis}.svg", figure.ToSvg());
        }

        folder.Write("check.csv", CheckTable.Csv(results));
        folder.Write("slopes.csv", CheckTable.SlopesCsv(results));
        var list = string.Concat(verdicts.Select(static line => $"- {line}\n"));
        folder.Write("check.md", $"# Coordinate check: {title}\n\n{list}\n{string.Join('\n', summary)}");
        output.WriteLine();
        verdicts.ForEach(output.WriteLine);
        var verdict = CheckVerdict.Of(plan, results, error);
        output.WriteLine($"{verdict}; everything is in {folder.Path}");
        return verdict;
    }

    private static string Describe<TModel, TSize>(SizeAxes<TModel, TSize> axes, TSize size, long seed)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var values = new[] { SizeAxis.Width, SizeAxis.Density, SizeAxis.Depth }
            .Where(axis => axes.Value(size, axis) is not null)
            .Select(axis => $"{axis.ToString().ToLowerInvariant()} {Numbers.Text(axes.Value(size, axis)!.Value)}");
        return $"{RuleNames.Of(axes.RuleOf(size))}, {string.Join(", ", values)}, seed {seed}";
    }
}

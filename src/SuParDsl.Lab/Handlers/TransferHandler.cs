using System.Globalization;
using SuParDsl.Distributed;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>
/// <c>transfer</c>: trains other sizes with a sweep's best base hyperparameters, and writes a run folder for each.
/// </summary>
internal static class TransferHandler
{
    /// <summary>Trains the target sizes. A target that was stopped or is finished is resumed.</summary>
    /// <param name="example">The example.</param>
    /// <param name="options">The options.</param>
    /// <param name="streams">Where to write.</param>
    /// <param name="stop">Asks to stop; the current step is finished first.</param>
    /// <param name="repeat">
    /// Returns the text of the file with which <c>train --config</c> repeats a run; null if the program has no such command.
    /// </param>
    /// <returns>The exit code: 1 if it was stopped.</returns>
    /// <exception cref="UserException">
    /// The folder is not of a sweep, has no optimum of the rule, or was made with other data; or no target size is given.
    /// </exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TransferOptions options, Streams streams, CancellationToken stop,
        Func<TrainOptions<TSize>, string>? repeat = null)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = SweepFolder.Existing(options.Sweep);
        var settings = folder.ReadSettings<TSize>();
        using var open = options.Data.Open(example.Data, TModel.Sizes, settings.Size, streams.Output);
        if (open.Fingerprint != settings.Data)
        {
            throw new UserException($"{folder.Path} was made with {settings.Data}: name the same data with --data");
        }

        var (lr, sigma, source, doubt) = Best(folder, settings.Refine, options.Rule, options.Method);
        if (options.Axes.Count == 0)
        {
            throw new UserException("no target size is given: add --widths, --densities or both");
        }

        var output = streams.Output;
        var std = sigma is { } s ? string.Create(CultureInfo.InvariantCulture, $", base init std {s:G4}") : string.Empty;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{RuleNames.Of(options.Rule)}: base learning rate 2^{Math.Log2(lr):F2}{std}, best for {source}"));
        var training = settings.Training with
        {
            Steps = options.Steps > 0 ? options.Steps : settings.Training.Steps,
            EvalEvery = example.Training.EvalEvery,
            SampleLength = example.Training.SampleLength,
        };
        training.RequireFinalRate(lr);
        SettingWarnings.Write(output, [.. doubt is null ? [] : new[] { doubt }, .. SettingWarnings.OfSchedule(training)]);
        var (losses, places) = (new List<string[]>(), new List<string>());
        foreach (var (width, density) in Sizes(options.Axes, settings))
        {
            output.WriteLine();
            output.WriteLine($"width {Text(width)}, density {Text(density)}");
            var point = new SweepPoint(options.Rule, width, density, sigma, lr, options.Seed, options.Method);
            var target = Target<TModel, TSize>(settings with { Training = training }, options, point, output);
            var place = folder.Target(point, training.Steps, settings.Training.Steps);
            target = target with { Out = place, Resumes = RunFolder.HasRun(place), Repeat = repeat?.Invoke(target) };
            var history = Train(example, target, open, streams, stop);
            if (history.Outcome == Outcome.Interrupted)
            {
                return 1;
            }

            places.Add(place);
            losses.Add(Row(width, density, history));
        }

        output.WriteLine();
        new TextTable(["width", "density", "outcome", "validation loss"], losses).Print(output, Terminal.Of(output));
        NextCommands.Write(output, NextCommands.Of(example.Name).AfterTransfer(
            folder.Path, places, example.Data is TextData && open.Tokenizer is not null, repeat is not null));
        return 0;
    }

    // A dense model has no masks that a method could change. A model that is pruned begins with other multipliers than it ends
    // with, which training prints.
    private static TrainOptions<TSize> Target<TModel, TSize>(
        SweepSettings<TSize> settings, TransferOptions options, SweepPoint point, TextWriter output)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var (size, training) = (point.Size(new SizeAxes<TModel, TSize>(), settings.Size), settings.TrainingOf(point));
        using var model = TModel.Create(size, training.Seed);
        var masks = training.Masks with { Method = model.Masks.Count == 0 ? null : training.Masks.Method };
        if (MaskOptions.MethodsOf(masks.Apply(model)).Contains(SparsityMethod.Gmp))
        {
            output.Write(OptimizerChoices.TableOf(training, model).ToString());
        }

        return new(size, training with { Masks = masks }) { Data = options.Data, Engine = options.Engine };
    }

    private static TrainingHistory Train<TModel, TSize>(
        Example<TModel, TSize> example, TrainOptions<TSize> options, OpenData open, Streams streams, CancellationToken stop)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        using var held = new RunLock();
        var resumes = RunTraining.Resumes(held, options);
        return RunTraining.Run(
            example, options, open, held, resumes, ProcessGroup.Single, streams, SettingWarnings.OfOutputs, from: null, stop)
            .History;
    }

    private static string[] Row(double? width, double? density, TrainingHistory history)
    {
        var loss = history.Evaluations[^1].Loss;
        var isNumber = history.Outcome == Outcome.Complete && double.IsFinite(loss);
        return
        [
            Text(width), Text(density), (isNumber ? Outcome.Complete : Outcome.Diverged).ToString(),
            isNumber ? loss.ToString("F4", CultureInfo.InvariantCulture) : string.Empty,
        ];
    }

    private static (double Lr, double? Sigma, string Source, string? Doubt) Best(
        SweepFolder folder, bool isRefined, Rule rule, SparsityMethod? method)
    {
        var summary = new SweepSummary([.. folder.Finished().Where(run => run.Point.Rule == rule && run.Point.Method == method)]);
        return summary.Best(rule) is var (lr, sigma, curve)
            ? (
                lr, sigma, $"width {Text(curve.Width)}, density {Text(curve.Density)}",
                SweepVerdicts.Of(curve, summary.AxisName, isRefined))
            : throw new UserException(
                $"{folder.Path} has no finished run of {new SweepFamily(method, rule, null).Name} with a loss at its first size: "
                + "sweep it, or name another --rule or --method");
    }

    // Targets of a --constant-nonzeros sweep keep its non-zeros per row, unless densities are given.
    private static IEnumerable<(double? Width, double? Density)> Sizes<TSize>(
        IReadOnlyDictionary<SizeAxis, double[]> targets, SweepSettings<TSize> settings)
        where TSize : class =>
        from width in Values(targets, settings.Axes, SizeAxis.Width)
        from density in settings.ConstantNonZeros && width is not null && !targets.ContainsKey(SizeAxis.Density)
            ? [settings.DensityAt(width.Value)]
            : Values(targets, settings.Axes, SizeAxis.Density)
        select (width, density);

    // An axis without target values stays at the sweep's first value, for which the hyperparameters were tuned.
    private static double?[] Values(
        IReadOnlyDictionary<SizeAxis, double[]> targets, IReadOnlyDictionary<SizeAxis, double[]> swept, SizeAxis axis) =>
        targets.TryGetValue(axis, out var values) ? [.. values.Select(static value => (double?)value)]
        : swept.TryGetValue(axis, out var first) ? [first[0]] : [null];

    private static string Text(double? value) => value is { } number ? Numbers.Text(number) : "the model's";
}

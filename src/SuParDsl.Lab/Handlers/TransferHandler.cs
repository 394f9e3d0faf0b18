using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary><c>transfer</c>: trains other sizes with a sweep's best base hyperparameters.</summary>
internal static class TransferHandler
{
    private const string Targets = "transfer";

    /// <summary>Trains the target sizes.</summary>
    /// <returns>The exit code: 1 if it was stopped.</returns>
    /// <exception cref="UserException">
    /// The folder is not of a sweep, has no optimum of the rule, or was made with other data; or no target size is given.
    /// </exception>
    public static int Run<TModel, TSize>(
        Example<TModel, TSize> example, TransferOptions options, Streams streams, CancellationToken stop)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var folder = SweepFolder.Existing(options.Sweep);
        var settings = folder.ReadSettings<TSize>();
        using var open = options.Data.Open(example.Data, TModel.Sizes, settings.Size, streams.Output);
        if (open.Fingerprint != settings.Data)
        {
            throw new UserException($"{folder.Path} was made with {settings.Data}: name the same data with --data");
        }

        var (lr, sigma, source) = Best(folder, options.Rule, options.Method);
        if (options.Axes.Count == 0)
        {
            throw new UserException("no target size is given: add --widths, --densities or both");
        }

        var output = streams.Output;
        var std = sigma is { } s ? string.Create(CultureInfo.InvariantCulture, $", base init std {s:G4}") : string.Empty;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{RuleNames.Of(options.Rule)}: base learning rate 2^{Math.Log2(lr):F2}{std}, best for {source}"));
        if (options.Steps > 0)
        {
            settings = settings with { Training = settings.Training with { Steps = options.Steps } };
        }

        settings.Training.RequireFinalRate(lr);
        SettingWarnings.Write(output, SettingWarnings.OfSchedule(settings.Training));
        var trainer = new SweepTrainer<TModel, TSize>(settings, open, example.Loss, options.Engine.Apply());
        var losses = new List<string[]>();
        foreach (var (width, density) in Sizes(options.Axes, settings))
        {
            var point = new SweepPoint(options.Rule, width, density, sigma, lr, options.Seed, options.Method);
            using (var model = trainer.Create(point))
            {
                output.WriteLine();
                output.WriteLine($"width {Text(width)}, density {Text(density)}");
                output.Write(OptimizerChoices.TableOf(settings.Training, model).ToString());
                SettingWarnings.Write(output, SettingWarnings.OfOutputs(model));
            }

            using var held = folder.Lock(point, Targets);
            if (trainer.Train(point, folder.Begin(point, Targets), stop) is not { } run)
            {
                return 1;
            }

            losses.Add(
            [
                Text(width), Text(density), run.Outcome.ToString(),
                run.Loss is { } loss ? loss.ToString("F4", CultureInfo.InvariantCulture) : string.Empty,
            ]);
        }

        output.WriteLine();
        new TextTable(["width", "density", "outcome", "validation loss"], losses).Print(output, Terminal.Of(output));
        NextCommands.Write(output, NextCommands.Of(example.Name).AfterTransfer(folder.Path));
        return 0;
    }

    private static (double Lr, double? Sigma, string Source) Best(SweepFolder folder, Rule rule, SparsityMethod? method)
    {
        var summary = new SweepSummary([.. folder.Finished().Where(run => run.Point.Rule == rule && run.Point.Method == method)]);
        return summary.Best(rule) is var (lr, sigma, curve)
            ? (lr, sigma, $"width {Text(curve.Width)}, density {Text(curve.Density)}")
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

using System.CommandLine;
using System.Globalization;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary><c>transfer</c>: trains other sizes with a sweep's best base hyperparameters.</summary>
internal static class TransferCommand
{
    private const string Targets = "transfer";

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var axes = new SizeAxes<TModel, TSize>(example.Size);
        var sweep = new Argument<string>("sweep")
        {
            Description = "the folder of a sweep; the best base hyperparameters of its first size are transferred",
        };
        var rule = OptionFactory.Choice("--rule", "the rule to transfer by", Rule.SuPar);
        var method = OptionFactory.ChoiceOrNone<SparsityMethod>(
            "--method", "the mask method whose optimum to transfer, if the sweep compared --methods");
        var lists = new AxisOptions<TModel, TSize>(example.Size, axes, new() { [SizeAxis.Width] = [], [SizeAxis.Density] = [] });
        var steps = OptionFactory.Integer("--steps", "number of steps; 0 for the sweep's", 0, 0);
        var seed = OptionFactory.Seed("--seed", "random seed of the weights, masks and batches", 1);
        var data = new DataOptions(example.Data);
        var engine = new EngineOptions();
        var command = new Command(
            "transfer", "Trains target sizes with a sweep's best base hyperparameters, and prints their multipliers")
        {
            sweep, rule, method, steps, seed,
        };
        lists.AddTo(command);
        data.AddTo(command);
        engine.AddTo(command);
        command.SetAction(result =>
        {
            using var stop = new StopSignal();
            var folder = SweepFolder.Existing(result.GetValue(sweep)!);
            var settings = folder.ReadSettings<TSize>();
            using var open = data.Open(result, settings.Size);
            if (open.Fingerprint != settings.Data)
            {
                throw new UserException($"{folder.Path} was made with {settings.Data}: name the same data with --data");
            }

            var chosen = result.GetValue(rule);
            var moves = result.GetValue(method);
            var (lr, sigma, source) = Best(folder, chosen, moves);
            var given = lists.Read(result);
            if (given.Count == 0)
            {
                throw new UserException("no target size is given: add --widths, --densities or both");
            }

            var output = result.InvocationConfiguration.Output;
            var std = sigma is { } s ? string.Create(CultureInfo.InvariantCulture, $", base init std {s:G4}") : string.Empty;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{RuleNames.Of(chosen)}: base learning rate 2^{Math.Log2(lr):F2}{std}, best for {source}"));
            if (result.GetValue(steps) is > 0 and var count)
            {
                settings = settings with { Training = settings.Training with { Steps = count } };
            }

            settings.Training.RequireFinalRate(lr);
            var trainer = new SweepTrainer<TModel, TSize>(settings, open, example.Loss, engine.Apply(result));
            var losses = new List<string[]>();
            foreach (var width in Values(given, settings.Axes, SizeAxis.Width))
            {
                // Targets of a --constant-nonzeros sweep keep its non-zeros per row, unless densities are given.
                foreach (var density in settings.ConstantNonZeros && width is { } w && !given.ContainsKey(SizeAxis.Density)
                    ? [settings.DensityAt(w)]
                    : Values(given, settings.Axes, SizeAxis.Density))
                {
                    var point = new SweepPoint(chosen, width, density, sigma, lr, result.GetValue(seed), moves);
                    using (var model = trainer.Create(point))
                    {
                        output.WriteLine();
                        output.WriteLine($"width {Text(width)}, density {Text(density)}");
                        output.Write(OptimizerChoices.TableOf(settings.Training, model).ToString());
                    }

                    using var held = folder.Lock(point, Targets);
                    if (trainer.Train(point, folder.Begin(point, Targets), stop.Token) is not { } run)
                    {
                        return 1;
                    }

                    losses.Add(
                    [
                        Text(width), Text(density), run.Outcome.ToString(),
                        run.Loss is { } loss ? loss.ToString("F4", CultureInfo.InvariantCulture) : string.Empty,
                    ]);
                }
            }

            output.WriteLine();
            new TextTable(["width", "density", "outcome", "validation loss"], losses).Print(output, Terminal.Of(output));
            return 0;
        });
        return command;
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

    // An axis without target values stays at the sweep's first value, for which the hyperparameters were tuned.
    private static double?[] Values(Dictionary<SizeAxis, double[]> given, IReadOnlyDictionary<SizeAxis, double[]> swept, SizeAxis axis) =>
        given.TryGetValue(axis, out var values) ? [.. values.Select(static value => (double?)value)]
        : swept.TryGetValue(axis, out var first) ? [first[0]] : [null];

    private static string Text(double? value) => value is { } number ? Numbers.Text(number) : "the model's";
}

using System.CommandLine;
using SuParDsl.Lab.Checks;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Commands;

/// <summary><c>check</c>: the command line of <see cref="CheckHandler"/>.</summary>
internal static class CheckCommand
{
    private const int DefaultSteps = 10, DefaultSeeds = 3, DefaultBatch = 8;
    private const double DefaultThreshold = 0.15;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var path = OptionFactory.Text(
            "--out", "the folder to create for table, CSV files and figures; by default runs/<example>-check-<time>", "folder");
        var study = new StudyOptionSet<TModel, TSize>(
            example, example.CheckSize ?? example.Size, path,
            static width => [width, Math.Round(width / 2), Math.Round(width / 4)], (SizeAxis.Density, [1, 1 / 4.0, 1 / 16.0]),
            (SizeAxis.Depth, []));
        var rules = OptionFactory.ChoiceList(
            "--rules",
            "the rules to compare; the exit code judges SµPar if it is among them, else the last one",
            study.Axes.Rules);
        var optimizer = OptionFactory.Choice(
            "--optimizer", "the optimizer; muon on sparse matrices is experimental", OptimizerChoice.AdamW);
        var lr = OptionFactory.RealOrNone(
            "--lr", "base learning rate; by default 2^-10 for adamw and adam, 2^-4 for sgd, 2^-12 for lion, 2^-8 for muon",
            "above 0", static x => x > 0);
        var steps = OptionFactory.Integer("--steps", "steps to train each model", DefaultSteps, 1);
        var seeds = OptionFactory.Integer("--seeds", "models per size, with seeds from --seed on", DefaultSeeds, 1);
        var firstSeed = OptionFactory.Integer("--seed", "the first seed", 1, 0);
        var untilDecided = OptionFactory.Switch(
            "--until-decided",
            $"measure twice as many seeds, and again, until the verdict is decided; at most {SequentialCheck.MostSeeds}");
        var batch = OptionFactory.Integer("--batch", "examples per step", DefaultBatch, 1);
        var threshold = OptionFactory.Real(
            "--threshold", "largest slope of log₂ mean |activation| that passes", DefaultThreshold, "above 0",
            static x => x > 0);
        var command = new Command(
            "check",
            "Coordinate check: does any layer's activation grow or shrink with width, density or depth? Exit code 1 if so, "
            + "3 if the seeds are too few to tell")
        {
            rules, optimizer, lr, steps, seeds, firstSeed, untilDecided, batch, threshold,
        };
        study.AddSizesTo(command);
        study.AddPlacesTo(command);
        command.SetHandler((result, stop) =>
        {
            var training = CheckPlan.TrainingOf(
                result.GetValue(optimizer), result.GetValue(lr), result.GetValue(steps), result.GetValue(batch));
            var options = new CheckOptions<TSize>(study.Read(result), training, result.GetValue(rules)!)
            {
                Seeds = result.GetValue(seeds),
                FirstSeed = result.GetValue(firstSeed),
                UntilDecided = result.GetValue(untilDecided),
                Threshold = result.GetValue(threshold),
            };
            return CheckHandler.Run(example, options, result.Streams(), stop);
        });
        return command;
    }
}

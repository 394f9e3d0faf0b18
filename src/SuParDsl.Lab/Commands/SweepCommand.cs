using System.CommandLine;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Handlers;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Slurm;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Commands;

/// <summary><c>sweep</c>: the command line of <see cref="SweepHandler"/>.</summary>
internal static class SweepCommand
{
    private const int DefaultSteps = 200;

    /// <summary>The command for an example.</summary>
    public static Command Create<TModel, TSize>(Example<TModel, TSize> example)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var path = new Option<string?>("--out")
        {
            Description = "the sweep's folder; an existing sweep is continued", HelpName = "folder", Required = true,
        };
        var study = new StudyOptionSet<TModel, TSize>(
            example, example.Size, path, static width => [width],
            (SizeAxis.Density, [1, 1 / 4.0, 1 / 16.0]), (SizeAxis.Sigma, []));
        var training = new TrainingOptionSet(
            example.Training with
            {
                Steps = DefaultSteps, Warmup = DefaultSteps / 10, EvalEvery = int.MaxValue, SampleLength = 0,
            },
            "--lr", "--seed", "--method", "--eval-every", "--sample-length");
        var rates = OptionFactory.Reals(
            "--lrs", "base learning rates", [.. Enumerable.Range(-11, 7).Select(static e => Math.Pow(2, e))], "above 0",
            static x => x > 0);
        var rules = OptionFactory.ChoiceList("--rules", "the rules to compare", study.Axes.Rules);
        var methods = OptionFactory.ChoiceList<SparsityMethod>(
            "--methods", "the mask methods to compare; by default, masks change as the model's attributes say", []);
        var seeds = OptionFactory.Integer("--seeds", "runs per point, with seeds from 1", 1, 1);
        var workers = OptionFactory.Integer("--workers", "processes that train in parallel; 1 trains in this process", 1, 1);
        var constant = OptionFactory.Switch(
            "--constant-nonzeros",
            "lower the density as the width grows, so that the non-zeros per row stay constant; --densities is then the density "
                + "at the first width, by default 1");
        var refine = OptionFactory.Switch(
            "--refine",
            "search for each optimum instead of training all of --lrs: begin at their middle, walk outwards until both neighbors "
                + "are worse, then divide by the golden section");
        var shard = ShardOption();
        var merge = OptionFactory.Text(
            "--merge", "comma-separated folders of other parts of this sweep, whose finished runs are copied", "folder,…");
        var cluster = new SlurmOptions();
        var command = new Command(
            "sweep", "Trains over learning rates or init stds × densities × widths × rules × seeds, and finds each optimum; "
                + "continues where it stopped")
        {
            rates, refine, rules, methods, seeds, workers, shard, merge,
        };
        study.AddSizesTo(command, constant);
        training.AddTo(command);
        study.AddPlacesTo(command, cluster.All);
        command.SetHandler((result, stop) =>
        {
            var isConstant = result.GetValue(constant);
            var options = new SweepOptions<TSize>(
                Study(study, result, isConstant), training.Read(result), result.GetValue(rules)!, result.GetValue(rates)!)
            {
                Methods = result.GetValue(methods)!,
                Seeds = result.GetValue(seeds),
                Workers = result.GetValue(workers),
                ConstantNonZeros = isConstant,
                Refine = result.GetValue(refine),
                Shard = result.GetValue(shard)!,
                Merge = result.GetValue(merge)?.Split(',') ?? [],
                Cluster = cluster.Read(result),
            };
            return SweepHandler.Run(example, options, result.Streams(), stop);
        });
        return command;
    }

    // The default densities are not those of a sweep at constant non-zeros, whose density follows from the width. The file that
    // repeats the sweep leaves them out, so that they follow there, too.
    private static StudyOptions<TSize> Study<TModel, TSize>(
        StudyOptionSet<TModel, TSize> set, ParseResult result, bool isConstant)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var study = set.Read(result);
        return isConstant && study.Axes.ContainsKey(SizeAxis.Density) && !set.IsGiven(result, SizeAxis.Density)
            ? study with
            {
                Axes = new Dictionary<SizeAxis, double[]>(study.Axes) { [SizeAxis.Density] = [1] },
                Repeat = Settings.ToRepeat(result, "--densities"),
            }
            : study;
    }

    private static Option<Shard> ShardOption() => new("--shard")
    {
        Description = "train only one part of the runs, such as 2/4; the other parts may be trained elsewhere",
        HelpName = "i/n",
        DefaultValueFactory = static _ => Shard.All,
        CustomParser = static result =>
        {
            var token = result.Tokens[0].Value;
            if (Shard.Parse(token) is { } shard)
            {
                return shard;
            }

            result.AddError($"--shard is '{token}': it must be i/n with i from 1 to n, like 2/4");
            return Shard.All;
        },
    };
}

using System.CommandLine;
using System.Globalization;
using SuParDsl.Lab.Cli;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="TrainingOptions"/>.</summary>
/// <param name="defaults">The default values.</param>
/// <param name="without">Options that the command does not have. They keep their defaults.</param>
internal sealed class TrainingOptionSet(TrainingOptions defaults, params IReadOnlyCollection<string> without)
{
    private readonly Option<int> steps = OptionFactory.Integer("--steps", "number of steps", defaults.Steps, 1);
    private readonly Option<int> scheduleSteps = OptionFactory.Integer(
        "--schedule-steps",
        "steps over which the learning rate and masks are scheduled, if the run is the beginning of a longer one; 0 for --steps",
        defaults.ScheduleSteps, 0);
    private readonly Option<int> batch = OptionFactory.Integer(
        "--batch", "examples (windows of text, images) per step", defaults.Batch, 1);
    private readonly Option<int> accumulate = OptionFactory.Integer(
        "--accumulate", "number of equal micro-batches per step, for less memory and the same gradient", defaults.Accumulate, 1);
    private readonly Option<OptimizerChoice> optimizer = OptionFactory.Choice(
        "--optimizer", "the optimizer; muon on sparse matrices is experimental", defaults.Optimizer);
    private readonly Option<double> lr = OptionFactory.Real(
        "--lr", "base learning rate", defaults.LearningRate, "above 0", static x => x > 0);
    private readonly Option<MuonShape> muonShape = OptionFactory.Choice(
        "--muon-shape", "how muon's updates are scaled by a matrix's shape: tall is Muon's own, spectral and adamwrms are dion's",
        defaults.MuonShape);
    private readonly Option<bool> muonConvolutions = OptionFactory.Switch(
        "--muon-convolutions", "have muon also update hidden convolutions, as matrices");
    private readonly Option<int> warmup = OptionFactory.Integer(
        "--warmup", "steps over which the learning rate rises", defaults.Warmup, 0);
    private readonly Option<WarmupFormula> warmupFormula = OptionFactory.Choice(
        "--warmup-formula", "abovezero is nanoGPT's (step + 1)/(warmup + 1), fromzero is nanoGPT-mup's step/warmup",
        defaults.WarmupFormula);
    private readonly Option<LrDecay> decay = OptionFactory.Choice(
        "--decay", "how the learning rate falls afterwards, to --final-lr", defaults.LrDecay);
    private readonly Option<double> finalLr = OptionFactory.Real(
        "--final-lr", "learning rate at the last step, at most --lr; nanoGPT calls it min_lr and advises a tenth of --lr",
        defaults.FinalLearningRate, "of at least 0", static x => x >= 0);
    private readonly Option<double> weightDecay = OptionFactory.Real(
        "--weight-decay", "base weight decay", defaults.WeightDecay, "of at least 0", static x => x >= 0);
    private readonly Option<WeightDecayCoupling> decayMode = OptionFactory.Choice(
        "--decay-mode",
        "how weight decay depends on a tensor's learning rate; completep (adamw only) and mup are the rules of those sources",
        defaults.WeightDecayCoupling);
    private readonly Option<double> beta1 = OptionFactory.Real(
        "--beta1", "decay of the optimizer's first moment", defaults.Beta1, "in [0, 1)", static x => x is >= 0 and < 1);
    private readonly Option<double?> beta2 = OptionFactory.RealOrNone(
        "--beta2",
        $"decay of the optimizer's second moment; without it {BetaOf(defaults with { Optimizer = OptimizerChoice.AdamW })}, "
        + $"for lion {BetaOf(defaults with { Optimizer = OptimizerChoice.Lion })}", "in [0, 1)", static x => x is >= 0 and < 1);
    private readonly Option<double> gradClip = OptionFactory.Real(
        "--grad-clip", "largest global gradient norm; 0 for no clipping", defaults.GradClip, "of at least 0", static x => x >= 0);
    private readonly MaskOptionSet masks = new(defaults.Masks);
    private readonly Option<Storage> storage = OptionFactory.Choice(
        "--storage", "how sparse matrices are stored; auto compresses large ones", defaults.Storage);
    private readonly Option<long> seed = OptionFactory.Seed(
        "--seed", "random seed of the weights, masks and batches", defaults.Seed);
    private readonly Option<int> evalEvery = OptionFactory.Integer(
        "--eval-every", "steps between evaluations on the validation data", defaults.EvalEvery, 1);
    private readonly Option<int> evalBatches = OptionFactory.Integer(
        "--eval-batches", "batches per evaluation; the last evaluation takes four times as many", defaults.EvalBatches, 1);
    private readonly Option<int> sampleLength = OptionFactory.Integer(
        "--sample-length", "tokens in the sample at the end; 0 for none", defaults.SampleLength, 0);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            steps, scheduleSteps, batch, accumulate, optimizer, muonShape, muonConvolutions, lr, warmup, warmupFormula, decay,
            finalLr, weightDecay, decayMode, beta1, beta2, gradClip, .. masks.All, storage, seed, evalEvery, evalBatches,
            sampleLength,
        ];
        foreach (var option in all.Where(option => !without.Contains(option.Name)))
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the values from a command line.</summary>
    /// <exception cref="UserException">
    /// <c>--accumulate</c> does not divide the batch, <c>--final-lr</c> does not fit the learning rate, or an option does not
    /// apply to the optimizer.
    /// </exception>
    public TrainingOptions Read(ParseResult result)
    {
        var (rows, parts) = (Value(result, batch), Value(result, accumulate));
        if (rows % parts != 0)
        {
            throw new UserException(
                $"--accumulate is {parts}: the {rows} examples of a step (--batch) cannot be divided into that many equal parts");
        }

        var options = Read(result, rows, parts);
        options = Value(result, beta2) is { } second ? options with { Beta2 = second } : options;
        options.RequireOptimizer();

        // A command without --lr checks --final-lr against its own learning rates.
        if (!without.Contains(lr.Name))
        {
            options.RequireFinalRate(options.LearningRate);
        }

        return options;
    }

    private TrainingOptions Read(ParseResult result, int rows, int parts) => defaults with
    {
        Steps = Value(result, steps),
        ScheduleSteps = Value(result, scheduleSteps),
        Batch = rows,
        Accumulate = parts,
        Optimizer = Value(result, optimizer),
        MuonShape = Value(result, muonShape),
        MuonConvolutions = Value(result, muonConvolutions),
        LearningRate = Value(result, lr),
        FinalLearningRate = Value(result, finalLr),
        Warmup = Value(result, warmup),
        WarmupFormula = Value(result, warmupFormula),
        LrDecay = Value(result, decay),
        WeightDecay = Value(result, weightDecay),
        WeightDecayCoupling = Value(result, decayMode),
        Beta1 = Value(result, beta1),
        GradClip = Value(result, gradClip),
        Masks = masks.Read(result),
        Storage = Value(result, storage),
        Seed = Value(result, seed),
        EvalEvery = Value(result, evalEvery),
        EvalBatches = Value(result, evalBatches),
        SampleLength = Value(result, sampleLength),
    };

    private static string BetaOf(TrainingOptions options) => options.Beta2.ToString(CultureInfo.InvariantCulture);

    private static T Value<T>(ParseResult result, Option<T> option) =>
        result.GetResult(option) is { } given ? given.GetValueOrDefault<T>()
            : option.HasDefaultValue ? (T)option.GetDefaultValue()!
            : default!;
}

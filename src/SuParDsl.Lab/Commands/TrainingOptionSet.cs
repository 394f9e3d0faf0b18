using System.CommandLine;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="TrainingOptions"/>.</summary>
/// <param name="defaults">Their values where the command line says nothing.</param>
/// <param name="without">Options that the command does not have: their defaults hold.</param>
internal sealed class TrainingOptionSet(TrainingOptions defaults, params IReadOnlyCollection<string> without)
{
    private readonly Option<int> steps = OptionFactory.Integer("--steps", "number of steps", defaults.Steps, 1);
    private readonly Option<int> batch = OptionFactory.Integer("--batch", "examples (windows of text, images) in a step", defaults.Batch, 1);
    private readonly Option<int> accumulate = OptionFactory.Integer(
        "--accumulate", "equal parts in which a step's examples go through the model: less memory, same gradient", defaults.Accumulate, 1);
    private readonly Option<OptimizerChoice> optimizer = OptionFactory.Choice(
        "--optimizer", "what updates the weights; muon on sparse matrices is an experiment", defaults.Optimizer);
    private readonly Option<double> lr = OptionFactory.Real("--lr", "base learning rate", defaults.LearningRate, "above 0", static x => x > 0);
    private readonly Option<int> warmup = OptionFactory.Integer("--warmup", "steps over which the learning rate rises", defaults.Warmup, 0);
    private readonly Option<Decay> decay = OptionFactory.Choice("--decay", "how the learning rate falls afterwards, to 0", defaults.Decay);
    private readonly Option<double> weightDecay = OptionFactory.Real(
        "--weight-decay", "base weight decay", defaults.WeightDecay, "of at least 0", static x => x >= 0);
    private readonly Option<WeightDecay> decayMode = OptionFactory.Choice(
        "--decay-mode", "how weight decay follows a tensor's learning rate", defaults.DecayMode);
    private readonly Option<double> beta1 = OptionFactory.Real(
        "--beta1", "decay of the optimizer's first moment", defaults.Beta1, "in [0, 1)", static x => x is >= 0 and < 1);
    private readonly Option<double> beta2 = OptionFactory.Real(
        "--beta2", "decay of the optimizer's second moment", defaults.Beta2, "in [0, 1)", static x => x is >= 0 and < 1);
    private readonly Option<double> gradClip = OptionFactory.Real(
        "--grad-clip", "largest global gradient norm, 0 for no bound", defaults.GradClip, "of at least 0", static x => x >= 0);
    private readonly MaskOptionSet masks = new(defaults.Masks);
    private readonly Option<Storage> storage = OptionFactory.Choice(
        "--storage", "how sparse matrices are kept in memory; auto takes what is faster", defaults.Storage);
    private readonly Option<long> seed = OptionFactory.Seed("--seed", "what weights, masks and batches are drawn from", defaults.Seed);
    private readonly Option<int> evalEvery = OptionFactory.Integer(
        "--eval-every", "steps between measurements on the validation data", defaults.EvalEvery, 1);
    private readonly Option<int> evalBatches = OptionFactory.Integer(
        "--eval-batches", "batches in a measurement; the last takes four times as many", defaults.EvalBatches, 1);
    private readonly Option<int> sampleLength = OptionFactory.Integer(
        "--sample-length", "tokens in the sample at the end, 0 for none", defaults.SampleLength, 0);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            steps, batch, accumulate, optimizer, lr, warmup, decay, weightDecay, decayMode, beta1, beta2, gradClip, .. masks.All, storage, seed,
            evalEvery, evalBatches, sampleLength,
        ];
        foreach (var option in all.Where(option => !without.Contains(option.Name)))
        {
            command.Add(option);
        }
    }

    /// <summary>What a command line asks for.</summary>
    /// <exception cref="UserException">A step's examples cannot be divided as it asks.</exception>
    public TrainingOptions Read(ParseResult result)
    {
        var (rows, parts) = (Value(result, batch), Value(result, accumulate));
        return rows % parts == 0
            ? Read(result, rows, parts)
            : throw new UserException($"--accumulate is {parts}: the {rows} examples of a step (--batch) cannot be divided into so many equal parts");
    }

    private TrainingOptions Read(ParseResult result, int rows, int parts) => new()
    {
        Steps = Value(result, steps),
        Batch = rows,
        Accumulate = parts,
        Optimizer = Value(result, optimizer),
        LearningRate = Value(result, lr),
        Warmup = Value(result, warmup),
        Decay = Value(result, decay),
        WeightDecay = Value(result, weightDecay),
        DecayMode = Value(result, decayMode),
        Beta1 = Value(result, beta1),
        Beta2 = Value(result, beta2),
        GradClip = Value(result, gradClip),
        Masks = masks.Read(result),
        Storage = Value(result, storage),
        Seed = Value(result, seed),
        EvalEvery = Value(result, evalEvery),
        EvalBatches = Value(result, evalBatches),
        SampleLength = Value(result, sampleLength),
    };

    private static T Value<T>(ParseResult result, Option<T> option) =>
        result.GetResult(option) is { } given ? given.GetValueOrDefault<T>() : (T)option.GetDefaultValue()!;
}

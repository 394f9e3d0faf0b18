using System.CommandLine;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Commands;

/// <summary>The options of <see cref="TrainingOptions"/>.</summary>
internal sealed class TrainingOptionSet(TrainingOptions defaults)
{
    private readonly Option<int> steps = OptionFactory.Integer("--steps", "number of steps", defaults.Steps, 1);
    private readonly Option<int> batch = OptionFactory.Integer("--batch", "windows of text in a step", defaults.Batch, 1);
    private readonly Option<OptimizerChoice> optimizer = OptionFactory.Choice("--optimizer", "what updates the weights", defaults.Optimizer);
    private readonly Option<double> lr = OptionFactory.Real("--lr", "base learning rate", defaults.LearningRate, "above 0", static x => x > 0);
    private readonly Option<int> warmup = OptionFactory.Integer("--warmup", "steps over which the learning rate rises", defaults.Warmup, 0);
    private readonly Option<Decay> decay = OptionFactory.Choice("--decay", "how the learning rate falls afterwards, to 0", defaults.Decay);
    private readonly Option<double> weightDecay = OptionFactory.Real("--weight-decay", "base weight decay", defaults.WeightDecay, "of at least 0", static x => x >= 0);
    private readonly Option<WeightDecay> decayMode = OptionFactory.Choice("--decay-mode", "how weight decay follows a tensor's learning rate", defaults.DecayMode);
    private readonly Option<double> beta1 = OptionFactory.Real("--beta1", "decay of the optimizer's first moment", defaults.Beta1, "in [0, 1)", static x => x is >= 0 and < 1);
    private readonly Option<double> beta2 = OptionFactory.Real("--beta2", "decay of the optimizer's second moment", defaults.Beta2, "in [0, 1)", static x => x is >= 0 and < 1);
    private readonly Option<double> gradClip = OptionFactory.Real("--grad-clip", "largest global gradient norm, 0 for no bound", defaults.GradClip, "of at least 0", static x => x >= 0);
    private readonly Option<long> seed = OptionFactory.Seed("--seed", "what weights, masks and batches are drawn from", defaults.Seed);
    private readonly Option<int> evalEvery = OptionFactory.Integer("--eval-every", "steps between measurements on the validation text", defaults.EvalEvery, 1);
    private readonly Option<int> evalBatches = OptionFactory.Integer("--eval-batches", "batches in a measurement; the last takes four times as many", defaults.EvalBatches, 1);
    private readonly Option<int> sampleLength = OptionFactory.Integer("--sample-length", "tokens in the sample at the end, 0 for none", defaults.SampleLength, 0);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { steps, batch, optimizer, lr, warmup, decay, weightDecay, decayMode, beta1, beta2, gradClip, seed, evalEvery, evalBatches, sampleLength })
        {
            command.Add(option);
        }
    }

    /// <summary>What a command line asks for.</summary>
    public TrainingOptions Read(ParseResult result) => new()
    {
        Steps = result.GetValue(steps),
        Batch = result.GetValue(batch),
        Optimizer = result.GetValue(optimizer),
        LearningRate = result.GetValue(lr),
        Warmup = result.GetValue(warmup),
        Decay = result.GetValue(decay),
        WeightDecay = result.GetValue(weightDecay),
        DecayMode = result.GetValue(decayMode),
        Beta1 = result.GetValue(beta1),
        Beta2 = result.GetValue(beta2),
        GradClip = result.GetValue(gradClip),
        Seed = result.GetValue(seed),
        EvalEvery = result.GetValue(evalEvery),
        EvalBatches = result.GetValue(evalBatches),
        SampleLength = result.GetValue(sampleLength),
    };
}

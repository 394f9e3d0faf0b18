using System.Text.Json.Serialization;
using SuParDsl.Optimizers;
using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Training;

/// <summary>How a model is trained on examples drawn at random.</summary>
public sealed record TrainingOptions
{
    private readonly double? beta2;

    /// <summary>The number of steps.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>
    /// The number of steps over which the learning rate and the masks are scheduled; 0 for those of the run. A larger number than
    /// <see cref="Steps"/> trains the beginning of a longer run: nanoGPT's <c>lr_decay_iters</c>.
    /// </summary>
    public int ScheduleSteps { get; init; }

    /// <summary>The number of examples (windows of text, images) in a step.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>The number of equal micro-batches per step: more of them need less memory and give the same gradient.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The optimizer.</summary>
    public OptimizerChoice Optimizer { get; init; }

    /// <summary>The factor by which Muon scales an update for the shape of its matrix.</summary>
    public MuonShape MuonShape { get; init; }

    /// <summary>Whether Muon also updates hidden convolutions.</summary>
    public bool MuonConvolutions { get; init; }

    /// <summary>The base learning rate η.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>The learning rate at the last step, at most η: nanoGPT's <c>min_lr</c>.</summary>
    public double FinalLearningRate { get; init; }

    /// <summary>The number of steps over which the learning rate rises to η.</summary>
    public int Warmup { get; init; } = 100;

    /// <summary>How the learning rate rises during warmup.</summary>
    public WarmupFormula WarmupFormula { get; init; }

    /// <summary>How the learning rate falls afterwards.</summary>
    [JsonPropertyName("decay")]
    public LrDecay LrDecay { get; init; } = LrDecay.Linear;

    /// <summary>The base weight decay λ.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>How the weight decay of a tensor depends on its learning rate.</summary>
    [JsonPropertyName("decayMode")]
    public WeightDecayCoupling WeightDecayCoupling { get; init; }

    /// <summary>The decay of the optimizer's first moment (AdamW, Adam, Lion; Muon's AdamW).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the optimizer's second moment. The default is 0.99 for Lion and 0.95 for others.</summary>
    public double Beta2
    {
        get => beta2 ?? Optimizer.DefaultBeta2();
        init => beta2 = value;
    }

    /// <summary>The largest global gradient norm; 0 for no bound.</summary>
    public double GradClip { get; init; } = 1;

    /// <summary>Whether and how masks are updated.</summary>
    public MaskOptions Masks { get; init; } = new();

    /// <summary>How sparse matrices are stored in memory.</summary>
    public Storage Storage { get; init; } = Storage.Auto;

    /// <summary>The seed of weights, masks and batches.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The number of steps between two measurements on the validation data.</summary>
    public int EvalEvery { get; init; } = 100;

    /// <summary>The number of batches in a measurement. The last measurement of a run takes four times as many.</summary>
    public int EvalBatches { get; init; } = 10;

    /// <summary>The length of the sample at the end of a language model's run, in tokens.</summary>
    public int SampleLength { get; init; } = 400;

    /// <summary>The largest global gradient norm in the form that optimizers take: infinity for no bound.</summary>
    internal double MaxNorm => GradClip > 0 ? GradClip : double.PositiveInfinity;

    /// <summary>The number of steps over which the learning rate and the masks are scheduled.</summary>
    internal int Horizon => ScheduleSteps > 0 ? ScheduleSteps : Steps;

    /// <summary>The schedule of the learning rate, as a factor on the base learning rate.</summary>
    internal Schedule Schedule => new(Warmup, Horizon, LrDecay, FinalLearningRate / LearningRate, Formula: WarmupFormula);

    /// <summary>The base learning rate of a step, counted from 0.</summary>
    internal double RateAt(int step) => LearningRate * Schedule.At(step);

    /// <summary>The mask schedule of a model; null if no mask is updated.</summary>
    /// <exception cref="UserException">The schedule does not fit the run.</exception>
    internal MaskSchedule? MaskScheduleOf(IModel model) => Masks.ScheduleFor(model, Horizon, Steps);

    /// <summary>Verifies that the schedule can end at <see cref="FinalLearningRate"/>.</summary>
    /// <param name="peak">The base learning rate.</param>
    /// <exception cref="UserException">The final learning rate is above the peak, or the schedule has no final rate.</exception>
    internal void RequireFinalRate(double peak)
    {
        if (FinalLearningRate > peak)
        {
            throw new UserException(FormattableString.Invariant(
                $"--final-lr is {FinalLearningRate}: it must be in [0, {peak}], as the learning rate falls to it from its peak"));
        }

        if (FinalLearningRate > 0 && LrDecay is (LrDecay.Constant or LrDecay.InverseSquareRoot))
        {
            throw new UserException(FormattableString.Invariant(
                $"--final-lr is {FinalLearningRate}, but --decay {LrDecay.ToString().ToLowerInvariant()} has no final rate: ")
                + "give --decay linear, cosine or stable, or leave --final-lr out");
        }
    }

    /// <summary>Verifies that the optimizer supports the weight-decay mode and the options of Muon.</summary>
    /// <exception cref="UserException">
    /// It does not have the weight-decay mode, or an option of Muon is given for another optimizer.
    /// </exception>
    internal void RequireOptimizer()
    {
        var modes = WeightDecayCouplings.Of(Optimizer.Method());
        if (!modes.Contains(WeightDecayCoupling))
        {
            throw new UserException(
                $"--decay-mode is {WeightDecayCoupling.ToString().ToLowerInvariant()}: "
                + $"with --optimizer {Optimizer.ToString().ToLowerInvariant()} it must be "
                + string.Join(", ", modes).ToLowerInvariant());
        }

        if (Optimizer != OptimizerChoice.Muon && (MuonShape != MuonShape.None || MuonConvolutions))
        {
            throw new UserException(
                $"{(MuonConvolutions ? "--muon-convolutions" : "--muon-shape")} applies to Muon only: add --optimizer muon");
        }
    }

    /// <summary>Puts a model's sparse matrices into the selected storage.</summary>
    /// <exception cref="UserException">The model's device or type does not support it.</exception>
    internal void Store(IModel model)
    {
        try
        {
            model.UseStorage(Storage);
        }
        catch (NotSupportedException e)
        {
            throw new UserException($"--storage is {Storage.ToString().ToLowerInvariant()}: {e.Message}");
        }
    }
}

using System.Text.Json.Serialization;
namespace SuParDsl.Lab.Training;

/// <summary>How a model is trained, on the model's groups, over examples drawn at random.</summary>
public sealed record TrainingOptions
{
    private readonly double? beta2;

    /// <summary>The number of steps.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>The number of examples (windows of text, images) in a step.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>The equal parts in which a step goes through the model, one after the other: less memory, same gradient.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The optimizer.</summary>
    public OptimizerChoice Optimizer { get; init; }

    /// <summary>Which factor of a matrix's shape Muon's updates have.</summary>
    public MuonShape MuonShape { get; init; }

    /// <summary>Whether hidden convolutions are Muon's, too.</summary>
    public bool MuonConvolutions { get; init; }

    /// <summary>The base learning rate η.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>The learning rate at the last step, at most η: nanoGPT's <c>min_lr</c>.</summary>
    public double FinalLearningRate { get; init; }

    /// <summary>The number of steps over which the learning rate rises to η.</summary>
    public int Warmup { get; init; } = 100;

    /// <summary>How it rises.</summary>
    public WarmupFormula WarmupFormula { get; init; }

    /// <summary>How the learning rate falls afterwards.</summary>
    [JsonPropertyName("decay")]
    public LrDecay LrDecay { get; init; } = LrDecay.Linear;

    /// <summary>The base weight decay λ.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>How λ follows a tensor's learning rate.</summary>
    [JsonPropertyName("decayMode")]
    public WeightDecayCoupling WeightDecayCoupling { get; init; }

    /// <summary>The decay of the optimizer's first moment (AdamW, Adam, Lion; Muon's AdamW).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of its second moment; where it is not set, the optimizer's own: 0.99 for Lion, 0.95 for others.</summary>
    public double Beta2
    {
        get => beta2 ?? Optimizer.DefaultBeta2();
        init => beta2 = value;
    }

    /// <summary>The largest global gradient norm; 0 for no bound.</summary>
    public double GradClip { get; init; } = 1;

    /// <summary>Whether and how masks move.</summary>
    public MaskOptions Masks { get; init; } = new();

    /// <summary>How sparse matrices are kept in memory.</summary>
    public Storage Storage { get; init; } = Storage.Auto;

    /// <summary>What weights, masks and batches are drawn from.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The number of steps between two measurements on the validation data.</summary>
    public int EvalEvery { get; init; } = 100;

    /// <summary>The number of batches in such a measurement; the last one of a run takes four times as many.</summary>
    public int EvalBatches { get; init; } = 10;

    /// <summary>The length of the sample at the end of a language model's run, in tokens.</summary>
    public int SampleLength { get; init; } = 400;

    /// <summary>The largest global gradient norm as optimizers take it: infinity for no bound.</summary>
    internal double MaxNorm => GradClip > 0 ? GradClip : double.PositiveInfinity;

    /// <summary>The learning rate's factor over the run.</summary>
    internal Schedule Schedule => new(Warmup, Steps, LrDecay, FinalLearningRate / LearningRate, Formula: WarmupFormula);

    /// <summary>Makes sure that the learning rate can end where it is to end.</summary>
    /// <param name="peak">The base learning rate.</param>
    /// <exception cref="UserException">The last learning rate is above it, or the schedule does not end at one.</exception>
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
                $"--final-lr is {FinalLearningRate}, but --decay {LrDecay.ToString().ToLowerInvariant()} ends at no set rate: ")
                + "give --decay linear, cosine or stable, or leave --final-lr out");
        }
    }

    /// <summary>Makes sure that the optimizer has what is asked of it.</summary>
    /// <exception cref="UserException">It does not have the weight-decay mode, or it is not Muon.</exception>
    internal void RequireOptimizer()
    {
        var modes = WeightDecayCouplings.Of(Optimizer.Method());
        if (!modes.Contains(WeightDecayCoupling))
        {
            throw new UserException(
                $"--decay-mode is {WeightDecayCoupling.ToString().ToLowerInvariant()}: with --optimizer {Optimizer.ToString().ToLowerInvariant()} it must be "
                + string.Join(", ", modes).ToLowerInvariant());
        }

        if (Optimizer != OptimizerChoice.Muon && (MuonShape != MuonShape.None || MuonConvolutions))
        {
            throw new UserException(
                $"{(MuonConvolutions ? "--muon-convolutions" : "--muon-shape")} says something of Muon: give --optimizer muon, too");
        }
    }

    /// <summary>Keeps a model's sparse matrices in memory as asked for.</summary>
    /// <exception cref="UserException">The model's device or type cannot.</exception>
    internal void Store(Model model)
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

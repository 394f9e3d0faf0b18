using System.Collections.Immutable;
using SuParDsl.Optimizers;
using SuParDsl.Sparsity;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Programs.Tests;

/// <summary>The state of a program: a model, its optimizer, and the settings that the program has chosen so far.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly HashSet<string> frozen = [];
    private int batches, maskSteps;

    public TrainedModel(CompiledDeclaration declaration, long seed)
    {
        (Declaration, Model) = (declaration, declaration.Make(seed));
        Folder = Directory.CreateTempSubdirectory("supardsl-program-").FullName;
        RememberCounts();
    }

    public CompiledDeclaration Declaration { get; }

    public string Folder { get; }

    public Model Model { get; private set; }

    public MuOptimizer? Optimizer { get; private set; }

    public OptimizerChoice? Choice { get; private set; }

    public DynamicMasks? Moves { get; private set; }

    /// <summary>The tensors that the program has frozen.</summary>
    public IReadOnlySet<string> Frozen => frozen;

    /// <summary>Whether nothing is left to train, so that a loss has no backward pass.</summary>
    public bool IsAllFrozen => Parameters.Keys.All(frozen.Contains);

    /// <summary>The number of weights that each mask kept when it was drawn, which only pruning changes.</summary>
    public ImmutableDictionary<string, long> Counts { get; private set; } = [];

    public void Dispose()
    {
        Moves?.Dispose();
        Optimizer?.Dispose();
        Model.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A model of the same sizes.</summary>
    public Model Another(long seed) => Declaration.Make(seed);

    /// <summary>Continues with another model instead of this one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="anew">Whether its masks have been drawn again, so that their schedule starts again.</param>
    public void GoOnWith(Model model, bool anew = false)
    {
        DropOptimizer();
        maskSteps = anew ? 0 : maskSteps;
        if (!ReferenceEquals(model, Model))
        {
            Model.Dispose();
            Model = model;
            frozen.Clear();
            frozen.UnionWith(Parameters.Where(static p => !p.Value.requires_grad).Select(static p => p.Key));
        }

        RememberCounts();
    }

    public void Use(OptimizerChoice choice)
    {
        DropOptimizer();
        (Choice, Optimizer) = (choice, choice.Make(Model));
        if (DynamicMasks.AreNeeded(Model))
        {
            Moves = new(Model, Optimizer, new MaskSchedule { Interval = 2, Stop = 12 }, maskSteps);
        }
    }

    public void Freeze(string name, bool isFrozen)
    {
        Parameters[name].requires_grad = !isFrozen;
        _ = isFrozen ? frozen.Add(name) : frozen.Remove(name);
    }

    public Dictionary<string, Parameter> Parameters =>
        Model.named_parameters().ToDictionary(static p => p.name, static p => p.parameter);

    /// <summary>The next batch of the program.</summary>
    public (Tensor Inputs, Tensor Targets) NextBatch() => Batch(++batches);

    /// <summary>The batch with a number: inputs as the model takes them, and classes.</summary>
    public (Tensor Inputs, Tensor Targets) Batch(int number)
    {
        using var generator = new Generator((ulong)number);
        var entry = Declaration.Declaration.Source;
        var inputs = entry.Contains("Embedding In", StringComparison.Ordinal)
            ? randint(0, RandomDeclaration.Classes, [3, 4], ScalarType.Int64, generator: generator)
            : entry.Contains("Conv2d In", StringComparison.Ordinal)
                ? randn([3, 1, 6, 6], generator: generator)
                : randn([4, RandomDeclaration.Features], generator: generator);
        var rows = entry.Contains("Embedding In", StringComparison.Ordinal) ? 12 : inputs.shape[0];
        return (inputs, randint(0, RandomDeclaration.Classes, [rows], ScalarType.Int64, generator: generator));
    }

    /// <summary>The logits of a batch, without training.</summary>
    public Tensor Outputs(Model model, int batch)
    {
        using var still = no_grad();
        var training = model.training;
        model.eval();
        var outputs = Declaration.Call(model, Batch(batch).Inputs);
        model.train(training);
        return outputs;
    }

    /// <summary>Adds the gradients of a batch's loss.</summary>
    public void Backward(Model model, (Tensor Inputs, Tensor Targets) batch)
    {
        var logits = Declaration.Call(model, batch.Inputs);
        Functional.CrossEntropy(logits.reshape(-1, RandomDeclaration.Classes), batch.Targets).Backward();
    }

    /// <summary>A copy of every tensor's dense form.</summary>
    public static Dictionary<string, Tensor> Copy(Model model) =>
        model.DenseWeights().ToDictionary(static w => w.Name, static w => w.Dense.clone());

    /// <summary>Remembers the counts of the masks, which were drawn or replaced.</summary>
    public void RememberCounts() =>
        Counts = Model.Masks.ToImmutableDictionary(static mask => mask.Key, static mask => mask.Value.Kept);

    private void DropOptimizer()
    {
        maskSteps = Moves?.Steps ?? maskSteps;
        Moves?.Dispose();
        Optimizer?.Dispose();
        (Moves, Optimizer, Choice) = (null, null, null);
    }
}

/// <summary>An optimizer with its options.</summary>
/// <param name="Kind">The method that creates it.</param>
/// <param name="WeightDecay">λ.</param>
/// <param name="IsFused">Whether the fused pass is wanted.</param>
internal sealed record OptimizerChoice(string Kind, double WeightDecay, bool IsFused)
{
    public const double Rate = 0.01;

    public static readonly ImmutableArray<string> Kinds = ["AdamW", "Adam", "Sgd", "Momentum", "Lion", "Muon"];

    public string Code => Kind switch
    {
        "Momentum" => $"model.Sgd({Rate}, momentum: 0.9, weightDecay: {WeightDecay}, fused: {Fused})",
        "Muon" => $"model.MuonWithAdamW({Rate}, adamLr: {Rate}, weightDecay: {WeightDecay}, fused: {Fused}, sparse: true)",
        _ => $"model.{Kind}({Rate}, weightDecay: {WeightDecay}, fused: {Fused})",
    };

    private string Fused => IsFused ? "true" : "false";

    public MuOptimizer Make(Model model) => Kind switch
    {
        "AdamW" => model.AdamW(Rate, weightDecay: WeightDecay, fused: IsFused),
        "Adam" => model.Adam(Rate, weightDecay: WeightDecay, fused: IsFused),
        "Sgd" => model.Sgd(Rate, weightDecay: WeightDecay, fused: IsFused),
        "Momentum" => model.Sgd(Rate, momentum: 0.9, weightDecay: WeightDecay, fused: IsFused),
        "Lion" => model.Lion(Rate, weightDecay: WeightDecay, fused: IsFused),
        _ => model.MuonWithAdamW(Rate, adamLr: Rate, weightDecay: WeightDecay, fused: IsFused, sparse: true),
    };
}

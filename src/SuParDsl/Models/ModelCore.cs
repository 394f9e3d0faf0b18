using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The tensors, masks and weights of a model. Models of each number of inputs have one, because TorchSharp has a base class for
/// each number.
/// </summary>
internal sealed partial class ModelCore : IModelState
{
    private readonly nn.Module module;
    private readonly ParameterScope declaration;
    private ImmutableDictionary<string, WeightMask> masks = [];
    private ImmutableDictionary<string, double> shares = [];
    private SparsityMethod? method;

    /// <summary>Initialises every tensor.</summary>
    /// <param name="module">The model.</param>
    /// <param name="declaration">The scope that its layers have declared their tensors in.</param>
    /// <param name="seed">The seed of masks and weights.</param>
    /// <exception cref="SizeException">A size, density or multiplier is outside its range.</exception>
    public ModelCore(nn.Module module, ParameterScope declaration, long seed)
    {
        (this.module, this.declaration) = (module, declaration);
        declaration.Owner = this;
        Tensors = declaration.Tensors;
        RoutedLayers = [.. module.modules().OfType<IRoutedLayer>()];
        Initialize(seed);
    }

    /// <summary>A model whose constructor has not run, and will draw from a seed.</summary>
    public static TModel Allocate<TModel>(long seed) where TModel : class, IModelInternals
    {
        var model = (TModel)RuntimeHelpers.GetUninitializedObject(typeof(TModel));
        model.FirstSeed = seed;
        return model;
    }

    /// <inheritdoc cref="IModel.InputNames"/>
    public ImmutableArray<string> InputNames => declaration.InputNames;

    /// <inheritdoc/>
    public string GetName() => module.GetName();

    /// <inheritdoc/>
    public IEnumerable<(string name, Tensor buffer)> named_buffers() => module.named_buffers();

    /// <summary>Runs the model with a key-value cache.</summary>
    /// <exception cref="InvalidOperationException">The model is running with a cache already.</exception>
    public Tensor RunWith(KeyValueCache cache, Func<Tensor> run)
    {
        if (!declaration.Begin(cache))
        {
            throw new InvalidOperationException(
                $"this {GetName()} is running with a key-value cache already: use one model on each thread");
        }

        try
        {
            return run();
        }
        finally
        {
            declaration.End();
        }
    }

    /// <summary>Throws if the flow takes another number of tensors.</summary>
    /// <exception cref="ArgumentException">The numbers differ. The message names the flow's tensors.</exception>
    public void RequireCount(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != InputNames.Length)
        {
            throw new ArgumentException(
                $"{GetName()} takes {InputNames.Length} tensor{(InputNames.Length == 1 ? string.Empty : "s")} "
                + $"({string.Join(", ", InputNames)}), not {inputs.Count}");
        }
    }

    /// <inheritdoc cref="IModel.Tensors"/>
    public ImmutableArray<ModelTensor> Tensors { get; private set; }

    /// <summary>The layers that may compute a loss of their own.</summary>
    public ImmutableArray<IRoutedLayer> RoutedLayers { get; }

    /// <inheritdoc cref="IModel.Masks"/>
    public IReadOnlyDictionary<string, WeightMask> Masks => masks;

    /// <inheritdoc cref="IModel.Rule"/>
    public Rule Rule => declaration.Rule;

    /// <summary>Which density the rule uses.</summary>
    public RuleDensity RuleDensity => declaration.RuleDensity;

    /// <summary>Counts the changes of masks and storage. Objects that depend on them must be recreated after a change.</summary>
    public int MasksVersion { get; private set; }

    /// <inheritdoc cref="IModel.Seed"/>
    public long Seed { get; private set; }

    /// <inheritdoc cref="IModel.MuTable"/>
    public MuTable MuTable => Table(OptimizerFamily.Adam);

    /// <inheritdoc cref="IModel.Table"/>
    public MuTable Table(OptimizerFamily family) => Table(Tensors, family);

    /// <summary>
    /// The table under Adam that this model would have with other masks and measured fractions. Realised densities change it.
    /// </summary>
    public MuTable TableWith(IReadOnlyDictionary<string, WeightMask> others, ImmutableDictionary<string, double> shares) =>
        Table(SeenByTheRule(masks.SetItems(others), shares), OptimizerFamily.Adam);

    /// <inheritdoc cref="IModel.Shares"/>
    public IReadOnlyDictionary<string, double> Shares => shares;

    /// <inheritdoc cref="IModel.Initialize"/>
    public void Initialize(long seed)
    {
        Seed = seed;
        shares = [];
        masks = DeclaredTensors().Where(static tensor => tensor.IsSparse)
            .ToImmutableDictionary(static tensor => tensor.Name, tensor => FirstMask(tensor, seed));
        Tensors = SeenByTheRule(masks, shares);
        ApplyStorage();
        var parameters = ParametersByName();
        foreach (var tensor in Tensors.Where(static tensor => !tensor.KeepsValues))
        {
            var std = Initializer.StandardDeviation(tensor, Rule, declaration.InitStd);
            Initializer.Fill(parameters[tensor.Name], tensor, masks.GetValueOrDefault(tensor.Name), std, seed);
        }

        foreach (var norm in module.modules().OfType<IRunningStatistics>())
        {
            norm.ResetStatistics();
        }
    }

    /// <inheritdoc cref="IModel.SetMasks"/>
    public void SetMasks(IReadOnlyDictionary<string, WeightMask> masks)
    {
        foreach (var (name, mask) in masks)
        {
            var shape = this.masks.TryGetValue(name, out var old)
                ? old.Shape
                : throw new ArgumentException($"{name} is not a sparse tensor of this {GetName()}");
            if (!shape.SequenceEqual(mask.Shape))
            {
                throw new ArgumentException(
                    $"the mask of {name} has shape [{string.Join(", ", mask.Shape)}], its tensor [{string.Join(", ", shape)}]");
            }
        }

        this.masks = this.masks.SetItems(masks.Where(entry => !entry.Value.Words.SequenceEqual(this.masks[entry.Key].Words)));
        Tensors = SeenByTheRule(this.masks, shares);
        ApplyStorage();
        ApplyMasks();
    }

    /// <inheritdoc cref="IModel.UseMethod"/>
    public void UseMethod(SparsityMethod method)
    {
        RequireDefined(method);
        if (masks.IsEmpty && method != SparsityMethod.Static)
        {
            throw new SizeException($"every tensor of this {GetName()} has density 1: {method} needs one below 1");
        }

        foreach (var tensor in declaration.Tensors.Where(static tensor => tensor.IsSparse))
        {
            RequireKept(tensor with { Method = method });
        }

        this.method = method;
        Initialize(Seed);
    }

    /// <summary>The declared density of a tensor, whatever its current mask keeps.</summary>
    public double DeclaredDensity(string name) => declaration.Tensors.First(tensor => tensor.Name == name).Density.Value;

    /// <summary>The density that the rule uses for a sparse tensor under a mask.</summary>
    public double DensityUnder(ModelTensor tensor, WeightMask mask) =>
        FollowsMask(tensor) ? mask.Density : DeclaredDensity(tensor.Name);

    /// <summary>Replaces the measured fractions, which <see cref="Rule.Measured"/> uses.</summary>
    public void SetShares(IReadOnlyDictionary<string, double> measured)
    {
        shares = measured.ToImmutableDictionary();
        Tensors = SeenByTheRule(masks, shares);
        MasksVersion++;
    }

    /// <inheritdoc cref="IModel.ApplyMasks"/>
    public void ApplyMasks()
    {
        using var frozen = no_grad();
        var parameters = ParametersByName();
        var compressed = CompressedByName();
        foreach (var (name, mask) in masks.Where(entry => !compressed.ContainsKey(entry.Key)))
        {
            MaskedZeros.Write(parameters[name], mask);
        }
    }

    /// <summary>Throws if a masked weight is not zero.</summary>
    /// <exception cref="InvalidOperationException">Weights were written past a mask.</exception>
    public void RequireMaskedZeros()
    {
        var compressed = CompressedByName();
        if (masks.Count == compressed.Count)
        {
            return;
        }

        var parameters = ParametersByName();
        var whole = masks.Where(entry => !compressed.ContainsKey(entry.Key))
            .OrderBy(static entry => entry.Key, StringComparer.Ordinal);
        foreach (var (name, mask) in whole)
        {
            if (MaskedZeros.CountOthers(parameters[name], mask) is > 0 and var others)
            {
                throw new InvalidOperationException(
                    $"{others} of the {mask.Count - mask.Kept} weights of {name} outside its mask are not zero, "
                    + $"as after a copy over named_parameters(): call {nameof(ApplyMasks)} to zero them, "
                    + $"or {nameof(WeightCopies.CopyWeightsFrom)} to copy weights with masks");
            }
        }
    }

    /// <summary>The parameters by full name. Look them up again after the model has moved to another device.</summary>
    public Dictionary<string, Parameter> ParametersByName() =>
        module.named_parameters().ToDictionary(static p => p.name, static p => p.parameter);

    private MuTable Table(ImmutableArray<ModelTensor> tensors, OptimizerFamily family) =>
        MuTable.Of(GetName(), tensors, declaration.Settings, declaration.Multipliers, family);

    private IEnumerable<ModelTensor> DeclaredTensors() => declaration.Tensors.Select(
        tensor => tensor.IsSparse && method is { } chosen ? tensor with { Method = chosen } : tensor);

    // Gradual pruning starts dense. All other methods start with a random mask.
    private static WeightMask FirstMask(ModelTensor tensor, long seed)
    {
        RequireDefined(tensor.Method);
        RequireKept(tensor);
        ImmutableArray<long> shape = [.. tensor.Axes.Select(static axis => axis.Value)];
        if (tensor.Method != SparsityMethod.Gmp)
        {
            return MaskDraw.Draw(tensor.Mask, shape, tensor.Density.Value, seed, tensor.Name);
        }

        MaskDraw.RequireFit(tensor.Mask, shape, tensor.Density.Value, tensor.Name);
        return WeightMask.Full(shape);
    }

    // Pruning chooses entire units of a pattern, whereas SET and RigL rewire single weights.
    private static void RequireKept(ModelTensor tensor)
    {
        if (tensor.Method is SparsityMethod.Set or SparsityMethod.RigL && tensor.Mask is not (Mask.Exact or Mask.Bernoulli))
        {
            throw new SizeException(
                $"the mask of {tensor.Name} is {tensor.Mask}, a pattern that {tensor.Method} would not keep: "
                + $"it must be {Mask.Exact} or {Mask.Bernoulli} (SUP216)");
        }
    }

    private static void RequireDefined(SparsityMethod method)
    {
        if (!Enum.IsDefined(method))
        {
            throw new SizeException(
                $"the method is {(int)method}: it must be one of {string.Join(", ", Enum.GetNames<SparsityMethod>())}");
        }
    }

    private ImmutableArray<ModelTensor> SeenByTheRule(
        ImmutableDictionary<string, WeightMask> masks, ImmutableDictionary<string, double> shares) =>
    [
        .. DeclaredTensors().Select(tensor => masks.TryGetValue(tensor.Name, out var mask) ? Seen(tensor, mask) : tensor).Select(
            tensor => shares.TryGetValue(tensor.Name, out var share) ? tensor with { Share = share } : tensor),
    ];

    // The rule follows the current density of pruning, unless it uses the final density. It follows other masks only on request.
    private bool FollowsMask(ModelTensor tensor) =>
        tensor.Method == SparsityMethod.Gmp ? Rule != Rule.SuParFinal : declaration.RuleDensity == RuleDensity.Realised;

    private ModelTensor Seen(ModelTensor tensor, WeightMask mask) =>
        FollowsMask(tensor) ? tensor with { Density = tensor.Density with { Value = mask.Density } } : tensor;
}

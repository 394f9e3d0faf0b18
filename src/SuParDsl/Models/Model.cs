using System.Collections.Immutable;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The base of every class marked <c>[Model]</c>. It collects the tensors that its layers declare, draws masks and initial
/// weights, and provides the table of multipliers for its optimizers.
/// </summary>
public abstract partial class Model : Layer
{
    private readonly ParameterScope declaration;
    private ImmutableDictionary<string, WeightMask> masks = [];
    private ImmutableDictionary<string, double> shares = [];
    private SparsityMethod? method;

    /// <summary>
    /// Declares every tensor and initialises it with seed 0, or with the seed of <see cref="Allocate{TModel}"/>.
    /// </summary>
    /// <exception cref="SizeException">A size, density or multiplier is outside its range.</exception>
    protected Model()
    {
        declaration = Declare();
        declaration.Owner = this;
        Tensors = declaration.Tensors;
        Initialize(Seed);
    }

    private protected override IModelState? Owner => this;

    /// <summary>Every parameter with its properties in the parameterization, in the order of the layers.</summary>
    public ImmutableArray<ModelTensor> Tensors { get; private set; }

    /// <summary>The masks of the sparse tensors, by full name.</summary>
    public IReadOnlyDictionary<string, WeightMask> Masks => masks;

    /// <summary>The rule that this model follows.</summary>
    public Rule Rule => declaration.Rule;

    /// <summary>Which density the rule uses.</summary>
    internal RuleDensity RuleDensity => declaration.RuleDensity;

    /// <summary>Counts the changes of masks and storage. Objects that depend on them must be recreated after a change.</summary>
    internal int MasksVersion { get; private set; }

    /// <summary>The seed that weights and masks were last drawn from.</summary>
    /// <remarks>It has no initial value, so that the constructor keeps the one of <see cref="Allocate{TModel}"/>.</remarks>
    public long Seed { get; private set; }

    /// <summary>
    /// A model whose constructor has not run, and will draw from a seed. The seed cannot be an argument of the base constructor,
    /// because the primary constructor between them is the user's own. Emitted code runs the constructor on the result.
    /// </summary>
    /// <param name="seed">The seed of its weights and masks.</param>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected static TModel Allocate<TModel>(long seed) where TModel : Model
    {
        var model = (TModel)RuntimeHelpers.GetUninitializedObject(typeof(TModel));
        model.Seed = seed;
        return model;
    }

    /// <summary>Every tensor with its shape, density and multipliers under Adam and AdamW.</summary>
    public MuTable MuTable => Table(OptimizerFamily.Adam);

    /// <summary>Every tensor with its shape, density and multipliers under a family of optimizers.</summary>
    public MuTable Table(OptimizerFamily family) => Table(Tensors, family);

    /// <summary>
    /// The table under Adam that this model would have with other masks and measured fractions. Realised densities change it.
    /// </summary>
    internal MuTable TableWith(IReadOnlyDictionary<string, WeightMask> others, ImmutableDictionary<string, double> shares) =>
        Table(SeenByTheRule(masks.SetItems(others), shares), OptimizerFamily.Adam);

    /// <summary>
    /// The fraction q of a full step that each sparse tensor's mask lets through, by full name, as measured so far. See
    /// <see cref="Rule.Measured"/>.
    /// </summary>
    public IReadOnlyDictionary<string, double> Shares => shares;

    /// <summary>
    /// Draws every mask and weight again, each from (seed, full name) only, and resets running statistics. Tensors of
    /// <c>[Foreign]</c> modules do not change. Create optimizers afterwards, because their state belongs to the old weights.
    /// </summary>
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

        foreach (var norm in modules().OfType<IRunningStatistics>())
        {
            norm.ResetStatistics();
        }
    }

    /// <summary>
    /// Replaces masks and zeroes the weights that the new masks drop. Optimizers keep their state for weights that are kept
    /// before and after. Masks equal to the current ones change nothing.
    /// </summary>
    /// <exception cref="ArgumentException">A name is not that of a sparse tensor of this model, or a shape differs.</exception>
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

    /// <summary>Sets the method of every sparse tensor, whatever its attribute says, and initialises the model again.</summary>
    /// <param name="method">How masks change during training; <see cref="DynamicMasks"/> makes the changes.</param>
    /// <exception cref="SizeException">No tensor is sparse, or a mask has a pattern that the method would not keep.</exception>
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
    internal double DeclaredDensity(string name) => declaration.Tensors.First(tensor => tensor.Name == name).Density.Value;

    /// <summary>The density that the rule uses for a sparse tensor under a mask.</summary>
    internal double DensityUnder(ModelTensor tensor, WeightMask mask) =>
        FollowsMask(tensor) ? mask.Density : DeclaredDensity(tensor.Name);

    /// <summary>Replaces the measured fractions, which <see cref="Rule.Measured"/> uses.</summary>
    internal void SetShares(IReadOnlyDictionary<string, double> measured)
    {
        shares = measured.ToImmutableDictionary();
        Tensors = SeenByTheRule(masks, shares);
        MasksVersion++;
    }

    /// <summary>Zeroes every masked weight. Call it after writing weights directly.</summary>
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
    internal void RequireMaskedZeros()
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
    internal Dictionary<string, Parameter> ParametersByName() =>
        named_parameters().ToDictionary(static p => p.name, static p => p.parameter);

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

    /// <summary>Declares every tensor of the model. The generator emits it.</summary>
    protected abstract ParameterScope Declare();
}

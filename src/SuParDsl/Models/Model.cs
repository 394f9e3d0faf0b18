using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The base of every class marked <c>[Model]</c>: it has its layers declare their tensors, draws masks and initial weights,
/// and gives the table of multipliers that its optimizers follow.
/// </summary>
public abstract partial class Model : Layer
{
    private readonly ParameterScope declaration;
    private ImmutableDictionary<string, WeightMask> masks = [];
    private ImmutableDictionary<string, double> shares = [];
    private SparsityMethod? method;

    /// <summary>Declares every tensor and initialises it with seed 0.</summary>
    /// <exception cref="SizeException">A size, density or multiplier is outside its range.</exception>
    protected Model()
    {
        declaration = Declare();
        declaration.Owner = this;
        Tensors = declaration.Tensors;
        Initialize(0);
    }

    private protected override Model? Owner => this;

    /// <summary>Every parameter, in the order of the layers, as the parameterization sees it.</summary>
    public ImmutableArray<ModelTensor> Tensors { get; private set; }

    /// <summary>The masks of the sparse tensors, by full name.</summary>
    public IReadOnlyDictionary<string, WeightMask> Masks => masks;

    /// <summary>The rule that this model follows.</summary>
    public Rule Rule => declaration.Rule;

    /// <summary>Which density the rule sees.</summary>
    internal RuleDensity RuleDensity => declaration.RuleDensity;

    /// <summary>Counts the changes of masks and of storage: what was made for the old ones has to be made again.</summary>
    internal int MasksVersion { get; private set; }

    /// <summary>What weights and masks were last drawn from.</summary>
    public long Seed { get; private set; }

    /// <summary>Every tensor with its shape, density and multipliers under Adam and AdamW.</summary>
    public MuTable MuTable => Table(OptimizerFamily.Adam);

    /// <summary>Every tensor with its shape, density and multipliers under a family of optimizers.</summary>
    public MuTable Table(OptimizerFamily family) => MuTable.Of(GetName(), Tensors, declaration, family);

    /// <summary>The table under Adam that this model would have with other masks and shares: realised densities move it.</summary>
    internal MuTable TableWith(IReadOnlyDictionary<string, WeightMask> others, ImmutableDictionary<string, double> shares) =>
        MuTable.Of(GetName(), SeenByTheRule(masks.SetItems(others), shares), declaration, OptimizerFamily.Adam);

    /// <summary>
    /// The share q of a full step that each sparse tensor's mask lets through, by full name, as measured so far; see
    /// <see cref="Rule.Measured"/>.
    /// </summary>
    public IReadOnlyDictionary<string, double> Shares => shares;

    /// <summary>
    /// Draws every mask and weight anew, each from (seed, full name) alone; running statistics begin anew. Tensors of <c>[Foreign]</c>
    /// modules stay. Make optimizers afterwards: their state belongs to the old weights.
    /// </summary>
    public void Initialize(long seed)
    {
        Seed = seed;
        shares = [];
        masks = DeclaredTensors().Where(static tensor => tensor.IsSparse).ToImmutableDictionary(static tensor => tensor.Name, tensor => FirstMask(tensor, seed));
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
    /// Puts given masks in place of the drawn ones and zeroes the weights that they drop. Optimizers go on with
    /// the weights that are kept before and after; masks equal to those at hand change nothing.
    /// </summary>
    /// <exception cref="ArgumentException">A mask names no sparse tensor of this model, or has another shape.</exception>
    public void SetMasks(IReadOnlyDictionary<string, WeightMask> masks)
    {
        foreach (var (name, mask) in masks)
        {
            var shape = this.masks.TryGetValue(name, out var old) ? old.Shape : throw new ArgumentException($"{name} is no sparse tensor of this {GetName()}");
            if (!shape.SequenceEqual(mask.Shape))
            {
                throw new ArgumentException($"the mask of {name} has shape [{string.Join(", ", mask.Shape)}], its tensor [{string.Join(", ", shape)}]");
            }
        }

        this.masks = this.masks.SetItems(masks.Where(entry => !entry.Value.Words.SequenceEqual(this.masks[entry.Key].Words)));
        Tensors = SeenByTheRule(this.masks, shares);
        ApplyStorage();
        ApplyMasks();
    }

    /// <summary>Has every sparse tensor's mask move by a method, whatever its attribute says, and initialises anew.</summary>
    /// <param name="method">The method; <see cref="DynamicMasks"/> carries it out.</param>
    /// <exception cref="SizeException">No tensor is sparse, or a mask has a pattern that would not survive.</exception>
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

    /// <summary>The density that a tensor was declared with, whatever its mask keeps at the moment.</summary>
    internal double DeclaredDensity(string name) => declaration.Tensors.First(tensor => tensor.Name == name).Density.Value;

    /// <summary>The density that the rule sees of a sparse tensor under a mask.</summary>
    internal double DensityUnder(ModelTensor tensor, WeightMask mask) => FollowsMask(tensor) ? mask.Density : DeclaredDensity(tensor.Name);

    /// <summary>Puts measured shares, which <see cref="Rule.Measured"/> follows, in place of those so far.</summary>
    internal void SetShares(IReadOnlyDictionary<string, double> measured)
    {
        shares = measured.ToImmutableDictionary();
        Tensors = SeenByTheRule(masks, shares);
        MasksVersion++;
    }

    /// <summary>Zeroes every masked weight: for after weights were written from outside.</summary>
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

    /// <summary>Makes sure that every masked weight is zero: for where others rely on it.</summary>
    /// <exception cref="InvalidOperationException">Weights were written past a mask.</exception>
    internal void RequireMaskedZeros()
    {
        var compressed = CompressedByName();
        if (masks.Count == compressed.Count)
        {
            return;
        }

        var parameters = ParametersByName();
        var whole = masks.Where(entry => !compressed.ContainsKey(entry.Key)).OrderBy(static entry => entry.Key, StringComparer.Ordinal);
        foreach (var (name, mask) in whole)
        {
            if (MaskedZeros.CountOthers(parameters[name], mask) is > 0 and var others)
            {
                throw new InvalidOperationException(
                    $"{others} of the {mask.Count - mask.Kept} weights of {name} outside its mask are not zero, as after a copy over "
                    + $"named_parameters(): call {nameof(ApplyMasks)} to zero them, "
                    + $"or {nameof(WeightCopies.CopyWeightsFrom)} to copy weights with masks");
            }
        }
    }

    /// <summary>The parameters by full name. Look them up again after the model has moved to another device.</summary>
    internal Dictionary<string, Parameter> ParametersByName() =>
        named_parameters().ToDictionary(static p => p.name, static p => p.parameter);

    private IEnumerable<ModelTensor> DeclaredTensors() => declaration.Tensors.Select(
        tensor => tensor.IsSparse && method is { } chosen ? tensor with { Method = chosen } : tensor);

    // Pruning begins dense; everything else with a random mask.
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

    // Pruning chooses whole units of a pattern; SET and RigL move single weights.
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
            throw new SizeException($"the method is {(int)method}: it must be one of {string.Join(", ", Enum.GetNames<SparsityMethod>())}");
        }
    }

    private ImmutableArray<ModelTensor> SeenByTheRule(ImmutableDictionary<string, WeightMask> masks, ImmutableDictionary<string, double> shares) =>
    [
        .. DeclaredTensors().Select(tensor => masks.TryGetValue(tensor.Name, out var mask) ? Seen(tensor, mask) : tensor).Select(
            tensor => shares.TryGetValue(tensor.Name, out var share) ? tensor with { Share = share } : tensor),
    ];

    // What pruning has reached counts at once, unless the rule asks for where it ends; other masks only where it is asked for.
    private bool FollowsMask(ModelTensor tensor) =>
        tensor.Method == SparsityMethod.Gmp ? Rule != Rule.SuParFinal : declaration.RuleDensity == RuleDensity.Realised;

    private ModelTensor Seen(ModelTensor tensor, WeightMask mask) =>
        FollowsMask(tensor) ? tensor with { Density = tensor.Density with { Value = mask.Density } } : tensor;

    /// <summary>Declares every tensor of the model. Emitted.</summary>
    protected abstract ParameterScope Declare();
}

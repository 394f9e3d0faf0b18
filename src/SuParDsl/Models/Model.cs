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
    private readonly Declaration declaration;
    private ImmutableDictionary<string, WeightMask> masks = [];

    /// <summary>Declares every tensor and initialises it with seed 0.</summary>
    /// <exception cref="SizeException">A size, density or multiplier is outside its range.</exception>
    protected Model()
    {
        declaration = Declare();
        Tensors = declaration.Tensors;
        Initialize(0);
    }

    /// <summary>Every parameter, in the order of the layers, as the parameterization sees it.</summary>
    public ImmutableArray<ModelTensor> Tensors { get; private set; }

    /// <summary>The masks of the sparse tensors, by full name.</summary>
    public IReadOnlyDictionary<string, WeightMask> Masks => masks;

    /// <summary>The rule that this model follows.</summary>
    public Rule Rule => declaration.Rule;

    /// <summary>Counts the changes of masks and of storage: what was made for the old ones has to be made again.</summary>
    internal int MasksVersion { get; private set; }

    /// <summary>What weights and masks were last drawn from.</summary>
    public long Seed { get; private set; }

    /// <summary>Every tensor with its shape, density and multipliers under Adam and AdamW.</summary>
    public MuTable MuTable => Table(OptimizerFamily.Adam);

    /// <summary>Every tensor with its shape, density and multipliers under a family of optimizers.</summary>
    public MuTable Table(OptimizerFamily family) => MuTable.Of(GetName(), Tensors, declaration, family);

    /// <summary>The table under Adam that this model would have with other masks: realised densities move it.</summary>
    internal MuTable TableWith(IReadOnlyDictionary<string, WeightMask> others) =>
        MuTable.Of(GetName(), SeenByTheRule(masks.SetItems(others)), declaration, OptimizerFamily.Adam);

    /// <summary>
    /// Draws every mask and weight anew, each from (seed, full name) alone. Make optimizers afterwards: their state belongs
    /// to the old weights.
    /// </summary>
    public void Initialize(long seed)
    {
        Seed = seed;
        masks = declaration.Tensors.Where(static tensor => tensor.IsSparse).ToImmutableDictionary(
            static tensor => tensor.Name,
            tensor => MaskDraw.Draw(tensor.Mask, [.. tensor.Axes.Select(static axis => axis.Value)], tensor.Density.Value, seed, tensor.Name));
        Tensors = SeenByTheRule(masks);
        ApplyStorage();
        var parameters = ParametersByName();
        foreach (var tensor in Tensors.Where(static tensor => !tensor.KeepsValues))
        {
            var std = Initializer.StandardDeviation(tensor, Rule, declaration.InitStd);
            Initializer.Fill(parameters[tensor.Name], tensor, masks.GetValueOrDefault(tensor.Name), std, seed);
        }
    }

    /// <summary>
    /// Puts given masks in place of the drawn ones and zeroes the weights that they drop. Nothing else changes a mask. Optimizers
    /// begin the tensors anew whose mask is another one; masks equal to those at hand change nothing.
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
        Tensors = SeenByTheRule(this.masks);
        ApplyStorage();
        ApplyMasks();
    }

    /// <summary>Zeroes every masked weight: for after weights were written from outside.</summary>
    public void ApplyMasks()
    {
        using var frozen = no_grad();
        var parameters = ParametersByName();
        var compressed = CompressedByName();
        foreach (var (name, mask) in masks.Where(entry => !compressed.ContainsKey(entry.Key)))
        {
            using var scope = NewDisposeScope();
            parameters[name].mul_(mask.ToTensor(parameters[name].dtype, parameters[name].device));
        }
    }

    /// <summary>The parameters by full name. Look them up again after the model has moved to another device.</summary>
    internal Dictionary<string, Parameter> ParametersByName() =>
        named_parameters().ToDictionary(static p => p.name, static p => p.parameter);

    private ImmutableArray<ModelTensor> SeenByTheRule(ImmutableDictionary<string, WeightMask> masks) => declaration.RuleDensity == RuleDensity.Nominal
        ? declaration.Tensors
        : [.. declaration.Tensors.Select(tensor => masks.TryGetValue(tensor.Name, out var mask)
            ? tensor with { Density = tensor.Density with { Value = mask.Density } }
            : tensor)];

    /// <summary>Declares every tensor of the model. Emitted.</summary>
    protected abstract Declaration Declare();
}

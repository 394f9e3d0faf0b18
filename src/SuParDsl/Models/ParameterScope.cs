using System.Collections.Immutable;
using System.ComponentModel;
using SuParDsl.Parameterization;
using SuParDsl.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A scope in a model, in which layers declare their tensors. It has the settings that a layer inherits (name, rule, density,
/// depth) and the list of tensors, which all scopes of a model share. Emitted <c>Declare</c> methods pass scopes down the tree of
/// layers.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed class ParameterScope
{
    private readonly string path;
    private readonly Shared shared;
    private readonly Dictionary<long, long> headSizes = [];

    private ParameterScope(string path, Shared shared) => (this.path, this.shared) = (path, shared);

    /// <summary>The model's rule.</summary>
    public Rule Rule => Settings.Rule;

    /// <summary>The model's base standard deviation σ.</summary>
    public double InitStd => Settings.InitStd;

    /// <summary>CompleteP's α.</summary>
    public double DepthAlpha => Settings.DepthAlpha;

    /// <summary>Which density the rule uses.</summary>
    public RuleDensity RuleDensity => Settings.RuleDensity;

    /// <summary>The depth multiplier m_L of the Repeats around this scope; null outside a <c>[MuDepth]</c> count.</summary>
    public double? DepthMultiplier { get; private init; }

    /// <summary>The number of experts around this scope over that of the base model; 1 outside <c>Experts</c>.</summary>
    public double ExpertMultiplier { get; private init; } = 1;

    /// <summary>The model that all scopes belong to; null while it is being declared.</summary>
    internal IModelState? Owner
    {
        get => shared.Owner;
        set => shared.Owner = value;
    }

    /// <summary>The cache that the model runs with at the moment; null for none.</summary>
    internal KeyValueCache? KeyValues => shared.KeyValues;

    /// <summary>Lets the model run with a cache; false if it runs with one already.</summary>
    internal bool Begin(KeyValueCache cache) => shared.Begin(cache);

    /// <summary>Ends the run with a cache.</summary>
    internal void End() => shared.End();

    /// <summary>The names of the flow's tensors, in order.</summary>
    internal ImmutableArray<string> InputNames => shared.InputNames;

    /// <summary>The settings of the entire model.</summary>
    internal ModelSettings Settings => shared.Settings;

    /// <summary>The <c>[Sparse]</c> that hidden matrices in this scope inherit; null if there is none.</summary>
    internal SparseCover? Cover { get; private init; }

    /// <summary>The factor on residual branches in this scope: m_L^−α, or 1 if depth does not scale.</summary>
    public double ResidualScale =>
        DepthMultiplier is { } mDepth && DepthTable.Acts(Rule) ? DepthTable.ResidualScale(mDepth, DepthAlpha) : 1;

    /// <summary>The tensors declared so far, in order. Densities that are distributed over layers are computed.</summary>
    /// <exception cref="SizeException">A distributed density keeps less than one weight per output of a tensor.</exception>
    public ImmutableArray<ModelTensor> Tensors
    {
        get
        {
            var distributed = ErdosRenyi.Distribute([.. shared.Tensors]);
            foreach (var tensor in distributed)
            {
                RequireWeights(tensor);
            }

            return distributed;
        }
    }

    /// <summary>The forward multipliers declared so far, in order.</summary>
    public ImmutableArray<ForwardMultiplier> Multipliers => [.. shared.Multipliers];

    /// <summary>Creates the root scope of a model.</summary>
    /// <exception cref="SizeException">σ is not positive, or α is outside [½, 1].</exception>
    public static ParameterScope Root(
        Rule rule, double initStd, double depthAlpha = 1,
        AttentionScaling attention = AttentionScaling.Inverse, RuleDensity ruleDensity = RuleDensity.Nominal)
    {
        if (!(initStd > 0) || double.IsInfinity(initStd))
        {
            throw new SizeException($"the initial standard deviation is {initStd}: it must be a positive number");
        }

        if (depthAlpha is not (>= 0.5 and <= 1))
        {
            throw new SizeException($"the depth exponent α is {depthAlpha}: it must be in [0.5, 1] (SUP320)");
        }

        return Enum.IsDefined(rule)
            ? new(string.Empty, new Shared(new(rule, initStd, depthAlpha, attention, ruleDensity)))
            : throw new SizeException($"the rule is {(int)rule}: it must be one of {string.Join(", ", Enum.GetNames<Rule>())}");
    }

    /// <summary>Records a head size of the layer in this scope, with its base.</summary>
    public void Heads(Extent size) => headSizes[size.Value] = size.Base;

    /// <summary>The scale of attention logits for a head size.</summary>
    internal double AttentionScale(long headSize) =>
        RuleTable.AttentionScale(Rule, Settings.Attention, headSize, headSizes.GetValueOrDefault(headSize, headSize));

    /// <summary>The scope of a child layer.</summary>
    public ParameterScope Child(string name) => Copy(path.Length == 0 ? name : path + "." + name, Cover, DepthMultiplier);

    /// <summary>This scope under a <c>[Sparse]</c> that covers every hidden matrix inside it, or every matrix.</summary>
    public ParameterScope Sparse(
        TensorDensity density, Mask mask = Mask.Exact, Distribution distribution = Distribution.Uniform,
        SparsityMethod method = SparsityMethod.Static, Storage storage = Storage.Auto) =>
        Copy(path, new SparseCover(density, mask, distribution, method, storage), DepthMultiplier);

    /// <summary>This scope under a <c>[Dense]</c>.</summary>
    public ParameterScope Dense() => Copy(path, cover: null, DepthMultiplier);

    /// <summary>
    /// This scope inside a Repeat. A count that scales multiplies the depth multiplier; a constant count does not.
    /// </summary>
    internal ParameterScope Repeated(Extent count) =>
        Copy(path, Cover, count.Scales ? (DepthMultiplier ?? 1) * count.Multiplier : DepthMultiplier);

    /// <summary>
    /// This scope inside an <c>Experts</c>, whose number of experts does not scale but may differ from that of the base model.
    /// </summary>
    internal ParameterScope Routed(Extent count) =>
        Copy(path, Cover, DepthMultiplier, ExpertMultiplier * count.Value / count.Base);

    /// <summary>
    /// Records the names of the flow's tensors, in order. Emitted for models that do not derive from <see cref="Model"/>.
    /// </summary>
    public void Inputs(params ImmutableArray<string> names) => shared.InputNames = names;

    /// <summary>Records a <c>[Multiplier]</c> parameter for the table.</summary>
    public void Multiplier(string name, double value) => shared.Multipliers.Add(new(name, value));

    /// <summary>The scope of a layer that runs. Throws if the layer is not in a model.</summary>
    internal static ParameterScope Required(ParameterScope? place, nn.Module layer) =>
        place ?? throw new InvalidOperationException(
            $"this {layer.GetName()} is in no [Model]: only a model initialises its layers, so use it inside one");

    /// <summary>
    /// Adds a weight matrix. Its role depends on the two sizes, and its density comes from its own attribute or the cover.
    /// </summary>
    internal ModelTensor AddMatrix(
        string name, ImmutableArray<Extent> axes, Extent fanIn, Extent fanOut,
        TensorOptions options, bool canBeSparse = true, bool isTiedReadout = false)
    {
        var role = RuleTable.RoleOf(fanIn.Scales, fanOut.Scales);
        if (!canBeSparse && options.Density is null)
        {
            RequireNotCovered(name);
        }

        var isCovered = canBeSparse && (role == Role.Hidden || Cover is { CoversAll: true });
        var cover = options.Density is null && isCovered ? Cover : null;
        return Add(new(
            Full(name), role, axes, fanIn, fanOut, options.Init ?? Init.Normal,
            options.Density ?? cover?.Density ?? TensorDensity.Dense)
        {
            Mask = cover?.Mask ?? options.Mask,
            Method = cover?.Method ?? options.Method,
            Storage = cover?.Storage ?? options.Storage,
            Cover = cover,
            Gain = options.Gain ?? 1,
            LrScale = options.LrScale ?? 1,
            Decays = !options.NoDecay,
            IsTiedReadout = isTiedReadout,
        });
    }

    /// <summary>
    /// Adds a vector, such as a norm's gain or a bias. It uses only the learning-rate factor and <c>Zero</c> of its layer's
    /// options: a gain and a distribution apply to tensors that the rule draws, and vectors never decay.
    /// </summary>
    internal ModelTensor AddVector(string name, Extent size, Init init, TensorOptions options) =>
        Add(new(Full(name), Role.Vector, [size], 1, size, StartOfVector(init, options), TensorDensity.Dense)
        {
            LrScale = options.LrScale ?? 1,
        });

    /// <summary>
    /// Adds a raw tensor. With one axis it is a vector. With several axes its role depends on its fan-in and fan-out axes.
    /// </summary>
    internal ModelTensor AddWeight(string name, ImmutableArray<Extent> sizes, int? fanIn, int? fanOut, TensorOptions options)
    {
        if (sizes.Length == 1)
        {
            return AddVector(name, sizes[0], options.Init ?? Init.Zeros, options);
        }

        if (fanIn is null && fanOut is null)
        {
            // With one scaling axis or none, the rule knows of no sum over a scaling axis, so the fan-in is 1.
            var scaling = sizes.Where(static size => size.Scales).ToArray();
            return scaling.Length <= 1
                ? AddMatrix(name, sizes, 1, scaling.Length == 1 ? scaling[0] : sizes[^1], options, canBeSparse: false)
                : throw new SizeException(
                    $"{scaling.Length} axes of {Full(name)} scale: say with [Fan] which are its fan-in and fan-out (SUP308)");
        }

        return AddMatrix(name, sizes, Axis(fanIn), Axis(fanOut), options);

        Extent Axis(int? axis) => axis is not { } index ? 1
            : index >= 0 && index < sizes.Length ? sizes[index]
            : throw new SizeException($"[Fan] of {Full(name)} names axis {index}: it has axes 0 to {sizes.Length - 1} (SUP308)");
    }

    /// <summary>
    /// Adds the parameters of any module. The rule initialises its matrices, in the given role. Its vectors keep their values
    /// unless the layer starts at zero. The options apply to all parameters; vectors ignore those that do not apply to vectors.
    /// </summary>
    /// <exception cref="SizeException">A matrix is covered by a <c>[Sparse]</c> over all layers.</exception>
    public void Foreign(nn.Module module, Extent inputs, Extent outputs, Role role, TensorOptions options = default)
    {
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (parameter.dim() > 1)
            {
                RequireNotCovered(name);
            }

            var axes = parameter.shape
                .Select(size => size == outputs.Value ? outputs : size == inputs.Value ? inputs : size).ToImmutableArray();
            var tensor = parameter.dim() > 1
                ? new ModelTensor(Full(name), role, axes, inputs, outputs, options.Init ?? Init.Normal, TensorDensity.Dense)
                {
                    Decays = !options.NoDecay,
                    Gain = options.Gain ?? 1,
                }
                : new(Full(name), Role.Vector, axes, 1, axes.Length == 0 ? 1 : axes[0], Init.Zeros, TensorDensity.Dense)
                {
                    KeepsValues = options.Init != Init.Zeros,
                };
            Add(tensor with { LrScale = options.LrScale ?? 1 });
        }
    }

    /// <summary>
    /// Adds the tensors of a layer type with a <c>[Contract]</c>. A weight with several axes is a matrix, which the rule
    /// initialises; a weight with one axis is a vector, which keeps the layer's values. A bias starts at zero. If the layer is a
    /// readout, its input is multiplied by the rule's factor, which does not affect the bias.
    /// </summary>
    /// <exception cref="SizeException">
    /// The layer has a parameter that its contract does not state, or lacks one, or one has another shape.
    /// </exception>
    public void Stated(
        nn.Module<Tensor, Tensor> layer, ImmutableArray<Extent> weight = default, Extent? fanIn = null, Extent? fanOut = null,
        ImmutableArray<Extent> bias = default, TensorOptions options = default)
    {
        var parameters = layer.named_parameters().ToDictionary(static p => p.name, static p => p.parameter);
        if (layer is IScoped own)
        {
            own.At(this);
        }

        if (!weight.IsDefault && fanIn is { } sum && fanOut is { } result)
        {
            Check("weight", weight);
            var tensor = AddMatrix("weight", weight, sum, result, options);
            var factor = RuleTable.Of(Rule, tensor.Role, Quantity.Forward).At(sum.Multiplier, result.Multiplier, 1);
            if (factor != 1)
            {
                // The hook keeps the scalar alive, see Scalars.
                var number = factor.ToScalar();
                layer.register_forward_pre_hook((_, input) => input.mul(number));
            }
        }
        else if (!weight.IsDefault)
        {
            Check("weight", weight);
            Add(new(Full("weight"), Role.Vector, weight, 1, weight[0], Init.Zeros, TensorDensity.Dense)
            {
                LrScale = options.LrScale ?? 1,
                KeepsValues = options.Init != Init.Zeros,
            });
        }

        if (!bias.IsDefault && parameters.ContainsKey("bias"))
        {
            Check("bias", bias);
            AddVector("bias", bias[0], Init.Zeros, options);
        }

        if (parameters.Keys.FirstOrDefault() is { } left)
        {
            throw new SizeException(
                $"{Full(left)} is not in the [Contract] of {layer.GetName()}, so it would be in no learning-rate group (SUP407)");
        }

        void Check(string name, ImmutableArray<Extent> axes)
        {
            var stated = axes.Select(static axis => axis.Value);
            if (!parameters.Remove(name, out var parameter) || !parameter.shape.SequenceEqual(stated))
            {
                var has = parameter is null ? "it has none" : $"it has [{string.Join(", ", parameter.shape)}]";
                throw new SizeException(
                    $"{Full(name)} is [{string.Join(", ", stated)}] by the [Contract] of {layer.GetName()}, but {has} (SUP125)");
            }
        }
    }

    private ModelTensor Add(ModelTensor tensor)
    {
        var density = tensor.Density;
        if (!(density.Value > 0 && density.Value <= 1) || !(density.Base > 0 && density.Base <= 1))
        {
            var bad = density.Value > 0 && density.Value <= 1 ? density.Base : density.Value;
            throw new SizeException($"the density of {tensor.Name} is {bad}: it must be in (0, 1] (SUP202)");
        }

        if (!(tensor.LrScale > 0) || double.IsInfinity(tensor.LrScale))
        {
            throw new SizeException($"the [LrScale] of {tensor.Name} is {tensor.LrScale}: it must be a positive number (SUP327)");
        }

        if (tensor.Axes.FirstOrDefault(static axis => axis.Value < 1 || axis.Base < 1) is { } axis && axis != default)
        {
            throw new SizeException(
                $"a size of {tensor.Name} is {axis.Value} ({axis.Base} at the base): it must be at least 1 (SUP108)");
        }

        // A density that is distributed over layers is not known for this tensor yet.
        if (tensor.Cover is not { Distributes: true })
        {
            RequireWeights(tensor);
        }

        var placed = tensor with { DepthMultiplier = DepthMultiplier, ExpertMultiplier = ExpertMultiplier };
        shared.Tensors.Add(placed);
        return placed;
    }

    // A matrix that cannot be sparse would not be counted, and the model would keep more weights than the density says.
    private void RequireNotCovered(string name)
    {
        if (Cover is { CoversAll: true })
        {
            throw new SizeException(
                $"{Full(name)} cannot be sparse, but a [Sparse] around it covers all layers: mark its layer [Dense] (SUP219)");
        }
    }

    private static void RequireWeights(ModelTensor tensor)
    {
        var (density, fanIn) = (tensor.Density.Value, tensor.FanIn.Value);
        if (tensor.IsSparse && fanIn * density < 1)
        {
            throw new SizeException(
                $"the density of {tensor.Name} is {density}: "
                + $"with a fan-in of {fanIn} each output keeps {fanIn * density:G3} weights; "
                + $"at least 1 is needed, a density of 1/{fanIn} (SUP208)");
        }
    }

    // A raw vector states its own initial values. A layer's attribute can only make them zero.
    private static Init StartOfVector(Init init, TensorOptions options) => options.Init == Init.Zeros ? Init.Zeros : init;

    private string Full(string name) => path.Length == 0 ? name : path + "." + name;

    private ParameterScope Copy(string path, SparseCover? cover, double? depthMultiplier, double? expertMultiplier = null) =>
        new(path, shared)
        {
            Cover = cover, DepthMultiplier = depthMultiplier, ExpertMultiplier = expertMultiplier ?? ExpertMultiplier,
        };

    /// <summary>What all scopes of a model share.</summary>
    private sealed record Shared(ModelSettings Settings)
    {
        private KeyValueCache? keyValues;

        public List<ModelTensor> Tensors { get; } = [];

        public List<ForwardMultiplier> Multipliers { get; } = [];

        public IModelState? Owner { get; set; }

        public KeyValueCache? KeyValues => keyValues;

        public bool Begin(KeyValueCache cache) => Interlocked.CompareExchange(ref keyValues, cache, null) is null;

        public void End() => keyValues = null;

        public ImmutableArray<string> InputNames { get; set; } = ["input"];
    }
}

/// <summary>A layer of the library, which stores its scope without declaring tensors.</summary>
internal interface IScoped
{
    /// <summary>Stores the scope of a user-defined layer type, which has no <c>Declare</c> with sizes.</summary>
    void At(ParameterScope scope);
}

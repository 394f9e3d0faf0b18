using System.Collections.Immutable;
using System.ComponentModel;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// The base of every class marked <c>[Model]</c> whose flow takes one tensor. It collects the tensors that its layers declare,
/// draws masks and initial weights, and provides the table of multipliers for its optimizers. See <see cref="IModel"/>.
/// </summary>
/// <typeparam name="T">The type of the tensor.</typeparam>
/// <typeparam name="TResult">A tensor, or a tuple of tensors.</typeparam>
public abstract class Model<T, TResult> : Layer<T, TResult>, IModel, IModelInternals
    where T : Tensor
    where TResult : notnull
{
    private readonly ModelCore core;

    // It has no initial value, so that the constructor keeps the one of Allocate.
    private long firstSeed;

    /// <summary>
    /// Declares every tensor and initialises it with seed 0, or with the seed of <see cref="Allocate{TModel}"/>.
    /// </summary>
    /// <exception cref="SizeException">A size, density or multiplier is outside its range.</exception>
    protected Model() => core = new(this, Declare(), firstSeed);

    ModelCore IModelInternals.Core => core;

    long IModelInternals.FirstSeed
    {
        set => firstSeed = value;
    }

    ImmutableArray<string> IModel.InputNames => core.InputNames;

    /// <inheritdoc/>
    public ImmutableArray<ModelTensor> Tensors => core.Tensors;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightMask> Masks => core.Masks;

    /// <inheritdoc/>
    public Rule Rule => core.Rule;

    /// <inheritdoc/>
    public long Seed => core.Seed;

    /// <inheritdoc/>
    public MuTable MuTable => core.MuTable;

    /// <inheritdoc/>
    public MuTable Table(OptimizerFamily family) => core.Table(family);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Shares => core.Shares;

    /// <inheritdoc/>
    public Storage Storage => core.Storage;

    /// <inheritdoc/>
    public long WeightBytes => core.WeightBytes;

    /// <inheritdoc/>
    public void Initialize(long seed) => core.Initialize(seed);

    /// <inheritdoc/>
    public void SetMasks(IReadOnlyDictionary<string, WeightMask> masks) => core.SetMasks(masks);

    /// <inheritdoc/>
    public void UseMethod(SparsityMethod method) => core.UseMethod(method);

    /// <inheritdoc/>
    public void ApplyMasks() => core.ApplyMasks();

    /// <inheritdoc/>
    public void UseStorage(Storage storage) => core.UseStorage(storage);

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Dense)> DenseWeights() => core.DenseWeights();

    /// <inheritdoc/>
    public Tensor DenseWeight(string name) => core.DenseWeight(name);

    /// <inheritdoc/>
    public void SetDenseWeight(string name, Tensor dense) => core.SetDenseWeight(name, dense);

    /// <summary>
    /// A model whose constructor has not run, and will draw from a seed. The seed cannot be an argument of the base constructor,
    /// because the primary constructor between them is the user's own. Emitted code runs the constructor on the result.
    /// </summary>
    /// <param name="seed">The seed of its weights and masks.</param>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected static TModel Allocate<TModel>(long seed) where TModel : Model<T, TResult> => ModelCore.Allocate<TModel>(seed);

    ImmutableArray<Tensor> IModel.Call(IReadOnlyList<Tensor> inputs)
    {
        core.RequireCount(inputs);
        return IModelInternals.Parts(call((T)inputs[0]));
    }

    Action IModelInternals.Watch(Action<ImmutableArray<Tensor>> see) => register_forward_hook((_, _, result) =>
    {
        see(IModelInternals.Parts(result));
        return result;
    }).remove;

    /// <summary>Declares every tensor of the model. The generator emits it.</summary>
    protected abstract ParameterScope Declare();
}

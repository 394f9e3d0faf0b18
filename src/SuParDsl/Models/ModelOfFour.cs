using System.Collections.Immutable;
using System.ComponentModel;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The base of every class marked <c>[Model]</c> whose flow takes four tensors. See <see cref="IModel"/>.</summary>
/// <typeparam name="T1">The type of the first tensor.</typeparam>
/// <typeparam name="T2">The type of the second tensor.</typeparam>
/// <typeparam name="T3">The type of the third tensor.</typeparam>
/// <typeparam name="T4">The type of the fourth tensor.</typeparam>
/// <typeparam name="TResult">A tensor, or a tuple of tensors.</typeparam>
public abstract class Model<T1, T2, T3, T4, TResult> : Layer<T1, T2, T3, T4, TResult>, IModel, IModelInternals
    where T1 : Tensor
    where T2 : Tensor
    where T3 : Tensor
    where T4 : Tensor
    where TResult : notnull
{
    private readonly ModelCore core;

    // It has no initial value, so that the constructor keeps the one of Allocate.
    private long firstSeed;

    /// <inheritdoc cref="Model{T, TResult}.Model()"/>
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

    /// <inheritdoc cref="Model{T, TResult}.Allocate{TModel}"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    protected static TModel Allocate<TModel>(long seed) where TModel : Model<T1, T2, T3, T4, TResult> =>
        ModelCore.Allocate<TModel>(seed);

    ImmutableArray<Tensor> IModel.Call(IReadOnlyList<Tensor> inputs)
    {
        core.RequireCount(inputs);
        return IModelInternals.Parts(call((T1)inputs[0], (T2)inputs[1], (T3)inputs[2], (T4)inputs[3]));
    }

    Action IModelInternals.Watch(Action<ImmutableArray<Tensor>> see) => register_forward_hook((_, _, _, _, _, result) =>
    {
        see(IModelInternals.Parts(result));
        return result;
    }).remove;

    /// <inheritdoc cref="Model{T, TResult}.Declare()"/>
    protected abstract ParameterScope Declare();
}

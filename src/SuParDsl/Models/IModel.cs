using System.Collections.Immutable;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// What every model has, whatever number of tensors its flow takes: its tensors, masks and multipliers, and the members of a
/// TorchSharp module. Optimizers, checks and checkpoints take an <c>IModel</c>. Its implementations are the base classes
/// <see cref="Model"/>, <see cref="Model{T, TResult}"/>, <see cref="Model{T1, T2, TResult}"/>,
/// <see cref="Model{T1, T2, T3, TResult}"/> and <see cref="Model{T1, T2, T3, T4, TResult}"/>, each a TorchSharp module of as
/// many inputs.
/// </summary>
public interface IModel : IDisposable
{
    /// <summary>Every parameter with its properties in the parameterization, in the order of the layers.</summary>
    ImmutableArray<ModelTensor> Tensors { get; }

    /// <summary>The masks of the sparse tensors, by full name.</summary>
    IReadOnlyDictionary<string, WeightMask> Masks { get; }

    /// <summary>The rule that this model follows.</summary>
    Rule Rule { get; }

    /// <summary>The seed that weights and masks were last drawn from.</summary>
    long Seed { get; }

    /// <summary>Every tensor with its shape, density and multipliers under Adam and AdamW.</summary>
    MuTable MuTable { get; }

    /// <summary>Every tensor with its shape, density and multipliers under a family of optimizers.</summary>
    MuTable Table(OptimizerFamily family);

    /// <summary>
    /// The fraction q of a full step that each sparse tensor's mask lets through, by full name, as measured so far. See
    /// <see cref="Rule.Measured"/>.
    /// </summary>
    IReadOnlyDictionary<string, double> Shares { get; }

    /// <summary>
    /// The requested storage of every sparse <c>Linear</c>. <see cref="Storage.Auto"/> leaves the choice to each layer's
    /// attribute. <c>Linear.Storage</c> is the storage that a layer actually has.
    /// </summary>
    Storage Storage { get; }

    /// <summary>
    /// The memory of all weights as they are stored, in bytes. It includes the indices of compressed matrices, but not the masks.
    /// </summary>
    long WeightBytes { get; }

    /// <summary>
    /// Draws every mask and weight again, each from (seed, full name) only, and resets running statistics. Tensors of
    /// <c>[Foreign]</c> modules do not change. Create optimizers afterwards, because their state belongs to the old weights.
    /// </summary>
    void Initialize(long seed);

    /// <summary>
    /// Replaces masks and zeroes the weights that the new masks drop. Optimizers keep their state for weights that are kept
    /// before and after. Masks equal to the current ones change nothing.
    /// </summary>
    /// <exception cref="ArgumentException">A name is not that of a sparse tensor of this model, or a shape differs.</exception>
    void SetMasks(IReadOnlyDictionary<string, WeightMask> masks);

    /// <summary>Sets the method of every sparse tensor, whatever its attribute says, and initialises the model again.</summary>
    /// <param name="method">How masks change during training; <see cref="DynamicMasks"/> makes the changes.</param>
    /// <exception cref="SizeException">No tensor is sparse, or a mask has a pattern that the method would not keep.</exception>
    void UseMethod(SparsityMethod method);

    /// <summary>Zeroes every masked weight. Call it after writing weights directly.</summary>
    void ApplyMasks();

    /// <summary>
    /// Stores every sparse <c>Linear</c> masked or compressed, whatever its attribute says, or as the attribute says
    /// (<see cref="Storage.Auto"/>). The weights do not change. Parameters are replaced; optimizers resume.
    /// </summary>
    /// <exception cref="NotSupportedException">
    /// Compressed storage is requested, and the model is not float32 on the CPU.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Weights were written past a mask, and compressed storage would drop them.
    /// </exception>
    void UseStorage(Storage storage);

    /// <summary>
    /// The dense form of every tensor by full name, in the order of the layers. It does not depend on the storage.
    /// </summary>
    /// <remarks>
    /// The dense form of a masked tensor shares its memory. That of a compressed tensor is a copy, created during enumeration.
    /// </remarks>
    IEnumerable<(string Name, Tensor Dense)> DenseWeights();

    /// <summary>The dense form of one tensor, as in <see cref="DenseWeights"/>.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    Tensor DenseWeight(string name);

    /// <summary>Replaces a tensor's values, given in dense form. Masked weights are zero afterwards.</summary>
    /// <exception cref="ArgumentException">The model has no such tensor, or it has another shape.</exception>
    void SetDenseWeight(string name, Tensor dense);

    /// <summary>The names of the flow's tensors, in order. A <see cref="Model"/> calls its tensor <c>input</c>.</summary>
    ImmutableArray<string> InputNames { get; }

    /// <summary>
    /// Runs the model on as many tensors as its flow takes, in order. It is <c>call</c> for code that does not know their number.
    /// </summary>
    /// <param name="inputs">The tensors.</param>
    /// <returns>The tensors that the flow returns: one, or the parts of its tuple.</returns>
    /// <exception cref="ArgumentException">The flow takes another number of tensors.</exception>
    ImmutableArray<Tensor> Call(IReadOnlyList<Tensor> inputs);

    /// <summary>The model as a module of TorchSharp.</summary>
    nn.Module Module => (nn.Module)this;

    /// <inheritdoc cref="nn.Module.training"/>
    bool training { get; }

    /// <inheritdoc cref="nn.Module.GetName"/>
    string GetName();

    /// <inheritdoc cref="nn.Module.train"/>
    void train(bool on = true);

    /// <inheritdoc cref="nn.Module.eval"/>
    void eval();

    /// <inheritdoc cref="nn.Module.parameters"/>
    IEnumerable<Parameter> parameters(bool recurse = true);

    /// <inheritdoc cref="nn.Module.named_parameters"/>
    IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true);

    /// <inheritdoc cref="nn.Module.modules"/>
    IEnumerable<nn.Module> modules();

    /// <inheritdoc cref="nn.Module.named_modules"/>
    IEnumerable<(string name, nn.Module module)> named_modules();
}

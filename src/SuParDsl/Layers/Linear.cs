using System.ComponentModel;
using SuParDsl.Engine;
using SuParDsl.Kernels;
using SuParDsl.Parameterization;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A linear map y = x·Wᵀ + b. As a readout (output role) under µP and SµPar it is y = x·Wᵀ/m_d + b. Sparse weights are stored
/// masked or compressed, see <see cref="SuParDsl.Storage"/>.
/// </summary>
public sealed class Linear : Layer, ICompressible
{
    /// <summary>W, [out × in]. If <see cref="Storage"/> is compressed, the kept weights in row-major order, [nnz].</summary>
    public Parameter weight;

    /// <summary>b, [out]; null without bias.</summary>
    public Parameter? bias;

    private double forwardMultiplier = 1;
    private Storage asked = Storage.Auto;
    private bool multipliesDense;

    /// <summary>
    /// A linear map from vectors of size <paramref name="inputs"/> to vectors of size <paramref name="outputs"/>.
    /// </summary>
    /// <exception cref="SizeException">A size is not positive.</exception>
    public Linear(int inputs, int outputs, bool bias = true)
    {
        Positive(inputs, nameof(inputs), nameof(Linear));
        Positive(outputs, nameof(outputs), nameof(Linear));
        weight = Learned.Zeros(outputs, inputs);
        register_parameter(nameof(weight), weight);
        if (bias)
        {
            this.bias = Learned.Zeros(outputs);
            register_parameter(nameof(bias), this.bias);
        }
    }

    /// <summary>How the weights are stored: masked, as all dense matrices are, or compressed.</summary>
    public Storage Storage => Compressed is null ? Storage.Masked : Storage.Compressed;

    /// <summary>
    /// Whether this layer may run as one operation with the layers around it, see <see cref="Functional.Chain"/>. In a chain its
    /// forward hooks are not called; set this to false to have them called.
    /// </summary>
    public bool Chains { get; set; } = true;

    /// <summary>The full name of W; empty outside a model.</summary>
    internal string WeightName { get; private set; } = string.Empty;

    string ICompressible.WeightName => WeightName;

    /// <summary>The positions of the kept weights; null if the storage is masked.</summary>
    internal CompressedWeight? Compressed { get; private set; }

    CompressedWeight? ICompressible.Compressed => Compressed;

    /// <inheritdoc cref="Layer{T, TResult}.Declare"/>
    [EditorBrowsable(EditorBrowsableState.Advanced)]
    public void Declare(ParameterScope scope, Extent inputs, Extent outputs, TensorOptions options = default)
    {
        Declare(scope);
        var tensor = scope.AddMatrix(nameof(weight), [outputs, inputs], inputs, outputs, options);
        WeightName = tensor.Name;
        forwardMultiplier = RuleTable.Of(scope.Rule, tensor.Role, Quantity.Forward).At(inputs.Multiplier, outputs.Multiplier, 1);
        if (bias is not null)
        {
            scope.AddVector(nameof(bias), outputs, Init.Zeros, options);
        }
    }

    /// <summary>… in → … out.</summary>
    public override Tensor forward(Tensor input)
    {
        _ = Place;
        if (forwardMultiplier == 1)
        {
            return Product(input, bias);
        }

        using var scope = NewDisposeScope();
        var output = Functional.Multiply(Product(input, null), forwardMultiplier);
        return (bias is null ? output : Functional.Add(output, bias)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Whether this layer can be part of a chain: it is compressed, its products are sparse, it has no forward multiplier, and
    /// <see cref="Chains"/> is true.
    /// </summary>
    internal bool IsLink => Compressed is not null && !multipliesDense && Chains && forwardMultiplier == 1;

    /// <summary>This layer as a part of a chain.</summary>
    internal SparseChain.Link AsLink()
    {
        _ = Place;
        return Link(Compressed!, bias);
    }

    void ICompressible.Store(Storage storage, WeightMask mask)
    {
        asked = storage;
        var compress = storage == Storage.Compressed
            || (storage == Storage.Auto && TensorMemory.IsFloatOnCpu(weight) && StorageRule.Compresses(mask));
        if (compress && !TensorMemory.IsFloatOnCpu(weight))
        {
            throw new NotSupportedException(
                $"{WeightName} is {weight.dtype} on {weight.device}: compressed weights must be float32 on the CPU");
        }

        // The machine's speed only chooses kernels, and only where the program does not ask for compressed storage.
        multipliesDense = compress && storage == Storage.Auto && StorageCost.PrefersDense(mask);
        if (compress || Compressed is not null)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var dense = Dense();
            Compressed = compress ? new(mask) : null;
            Replace(Compressed is null ? dense : Compressed.FromDense(dense));
        }
    }

    Tensor ICompressible.Dense() => Dense();

    private Tensor Dense() => Compressed is null ? weight.detach() : Compressed.ToDense(weight);

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        var leaves = (device is not null && device.type != TorchSharp.DeviceType.CPU)
            || (dtype is not null && dtype != ScalarType.Float32);
        if (Compressed is not null && leaves)
        {
            if (asked == Storage.Compressed)
            {
                throw new NotSupportedException(
                    $"compressed storage is requested for {WeightName}, and compressed weights must be float32 on the CPU: "
                    + $"call {nameof(IModel.UseStorage)}({nameof(Storage)}.{nameof(Storage.Masked)}) before moving it to "
                    + $"{(object?)device ?? dtype}");
            }

            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var dense = Dense();
            Compressed = null;
            Replace(dense);
        }

        base._toEpilog(dtype, device, non_blocking);
    }

    // A temporary matrix costs more than the products of a few vectors, for which the sparse kernels have a loop of their own.
    private Tensor Product(Tensor input, Tensor? bias) =>
        Compressed is null ? nn.functional.linear(input, weight, bias)
        : multipliesDense && (is_grad_enabled() || input.numel() > VectorKernels.MostExamples * input.shape[^1])
            ? DenseProduct.Apply(input, Link(Compressed, bias))
        : SparseChain.Apply(input, [Link(Compressed, bias)], []);

    private SparseChain.Link Link(CompressedWeight compressed, Tensor? bias) => new(compressed, weight, bias);

    private void Replace(Tensor values)
    {
        var old = weight;
        weight = (Parameter)new Parameter(values, old.requires_grad).DetachFromDisposeScope();
        ConditionallyRegisterParameter(nameof(weight), weight);
        old.Dispose();
    }
}

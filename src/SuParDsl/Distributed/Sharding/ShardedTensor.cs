using SuParDsl.Engine;
using SuParDsl.Sparsity;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>A tensor that one rank updates and all others receive.</summary>
/// <param name="Weight">The weights.</param>
/// <param name="Mask">The mask of a sparse tensor that is stored dense; null if all stored weights are kept.</param>
/// <param name="Owner">The rank that updates it.</param>
internal sealed record ShardedTensor(Parameter Weight, WeightMask? Mask, int Owner)
{
    /// <summary>Whether its memory can be read and written directly as floats.</summary>
    public bool IsPlain => TensorMemory.IsFloatOnCpu(Weight) && Weight.is_contiguous();

    /// <summary>The size of the tensor in floats, masked weights included. A float64 weight counts as two.</summary>
    public long Floats => Weight.dtype == ScalarType.Float64 ? 2 * Weight.numel() : Weight.numel();

    /// <summary>The mask that selects the floats to transfer; null to transfer all of them.</summary>
    public WeightMask? FloatMask => Weight.dtype == ScalarType.Float64 ? null : Mask;

    /// <summary>
    /// A contiguous copy in host memory. Half precision is converted to float32, which converts back to the same bits.
    /// </summary>
    public Tensor Near() => Weight.detach().cpu()
        .to_type(Weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).contiguous();
}

using SuParDsl.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A tensor that one rank moves and all others receive.</summary>
/// <param name="Weight">The weights.</param>
/// <param name="Mask">The mask of a tensor that is stored whole; null where all that is stored is kept.</param>
/// <param name="Owner">The rank that moves it.</param>
internal sealed record ShardedTensor(Parameter Weight, WeightMask? Mask, int Owner)
{
    /// <summary>Whether its own memory can be read and written as floats.</summary>
    public bool IsPlain => TensorMemory.IsFloatOnCpu(Weight) && Weight.is_contiguous();

    /// <summary>The floats that it travels as, live ones or not: two for a weight of float64.</summary>
    public long Floats => Weight.dtype == ScalarType.Float64 ? 2 * Weight.numel() : Weight.numel();

    /// <summary>The mask by which those floats are chosen.</summary>
    public WeightMask? FloatMask => Weight.dtype == ScalarType.Float64 ? null : Mask;

    /// <summary>A contiguous copy in the processor's memory. Half precision becomes float32 and comes back with the same bits.</summary>
    public Tensor Near() => Weight.detach().cpu()
        .to_type(Weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).contiguous();
}

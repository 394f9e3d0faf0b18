using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>The values of tensors of any type, device and layout as plain float32 numbers.</summary>
internal static class TensorNumbers
{
    /// <summary>Copies a tensor's values as float32 in row-major order.</summary>
    public static float[] Of(Tensor values)
    {
        using var scope = NewDisposeScope();
        return FloatsOf(values).data<float>().ToArray();
    }

    /// <summary>
    /// A tensor's values as contiguous float32 on the CPU. A tensor that already is so shares its memory with the result.
    /// </summary>
    public static Tensor FloatsOf(Tensor values) => values.detach().cpu().to_type(ScalarType.Float32).contiguous();
}

using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A model's weights by full name, as plain numbers.</summary>
public static class ModelWeights
{
    /// <summary>Copies a tensor's values as float32 in row-major order.</summary>
    internal static float[] NumbersOf(Tensor values)
    {
        using var scope = NewDisposeScope();
        return FloatsOf(values).data<float>().ToArray();
    }

    /// <summary>
    /// A tensor's values as contiguous float32 on the CPU. A tensor that already is so shares its memory with the result.
    /// </summary>
    internal static Tensor FloatsOf(Tensor values) => values.detach().cpu().to_type(ScalarType.Float32).contiguous();

    extension(Model model)
    {
        /// <summary>Copies a tensor's weights in row-major order, with masked weights as zeros, whatever its storage.</summary>
        /// <exception cref="ArgumentException">The model has no such tensor.</exception>
        public float[] GetWeights(string name)
        {
            using var scope = NewDisposeScope();
            return NumbersOf(model.DenseWeight(name));
        }

        /// <summary>Replaces a tensor's weights, whatever its storage. Masked weights are zero afterwards.</summary>
        /// <exception cref="ArgumentException">
        /// The model has no such tensor, or the tensor has another number of weights.
        /// </exception>
        public void SetWeights(string name, float[] values)
        {
            using var scope = NewDisposeScope();
            var shape = model.DenseWeight(name).shape;
            if (values.Length != shape.Aggregate(1L, static (count, size) => count * size))
            {
                throw new ArgumentException(
                    $"{values.Length} weights do not fit {name}, which has shape [{string.Join(", ", shape)}]");
            }

            model.SetDenseWeight(name, tensor(values, shape));
        }
    }
}

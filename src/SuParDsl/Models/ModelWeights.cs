using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A model's weights by full name, as plain numbers.</summary>
public static class ModelWeights
{
    /// <summary>A copy of any tensor's numbers as float32 in row-major order.</summary>
    internal static float[] NumbersOf(Tensor values)
    {
        using var scope = NewDisposeScope();
        return FloatsOf(values).data<float>().ToArray();
    }

    /// <summary>A tensor's numbers as float32 in row-major order, in the CPU's memory: its own where they lie there so.</summary>
    internal static Tensor FloatsOf(Tensor values) => values.detach().cpu().to_type(ScalarType.Float32).contiguous();

    extension(Model model)
    {
        /// <summary>A copy of a tensor's weights in row-major order, zero where masked, whatever its storage.</summary>
        /// <exception cref="ArgumentException">The model has no such tensor.</exception>
        public float[] GetWeights(string name)
        {
            using var scope = NewDisposeScope();
            return NumbersOf(model.DenseWeight(name));
        }

        /// <summary>Replaces a tensor's weights, whatever its storage. What its mask drops is zero afterwards.</summary>
        /// <exception cref="ArgumentException">The model has no such tensor, or it has another number of weights.</exception>
        public void SetWeights(string name, float[] values)
        {
            using var scope = NewDisposeScope();
            var shape = model.DenseWeight(name).shape;
            if (values.Length != shape.Aggregate(1L, static (count, size) => count * size))
            {
                throw new ArgumentException($"{name} has shape [{string.Join(", ", shape)}], which {values.Length} weights do not fill");
            }

            model.SetDenseWeight(name, tensor(values, shape));
        }
    }
}

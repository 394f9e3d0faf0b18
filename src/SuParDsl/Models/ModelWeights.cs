using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A model's weights by full name, as plain numbers.</summary>
public static class ModelWeights
{
    extension(IModel model)
    {
        /// <summary>Copies a tensor's weights in row-major order, with masked weights as zeros, whatever its storage.</summary>
        /// <exception cref="ArgumentException">The model has no such tensor.</exception>
        public float[] GetWeights(string name)
        {
            using var scope = NewDisposeScope();
            return TensorNumbers.Of(model.DenseWeight(name));
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

using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>A model's weights by full name, as plain numbers.</summary>
public static class ModelWeights
{
    extension(Model model)
    {
        /// <summary>A copy of a tensor's weights in row-major order.</summary>
        /// <exception cref="ArgumentException">The model has no such tensor.</exception>
        public float[] GetWeights(string name)
        {
            using var scope = NewDisposeScope();
            return [.. Parameter(model, name).detach().cpu().contiguous().data<float>()];
        }

        /// <summary>Replaces a tensor's weights. Masks are not applied: see <see cref="Model.ApplyMasks"/>.</summary>
        /// <exception cref="ArgumentException">The model has no such tensor, or it has another number of weights.</exception>
        public void SetWeights(string name, float[] values)
        {
            var parameter = Parameter(model, name);
            if (values.Length != parameter.numel())
            {
                throw new ArgumentException($"{name} has {parameter.numel()} weights, not {values.Length}");
            }

            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            parameter.copy_(tensor(values, parameter.shape));
        }
    }

    private static Tensor Parameter(Model model, string name) => model.ParametersByName().TryGetValue(name, out var parameter)
        ? parameter
        : throw new ArgumentException($"this {model.GetName()} has no tensor {name}");
}

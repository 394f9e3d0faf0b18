using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Work on parameters and their gradients.</summary>
        public static partial class utils
        {
            /// <summary>Scales the gradients down to a joint norm of <paramref name="max_norm"/>; gives the norm they had.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var mode = no_grad();
                using var scope = NewDisposeScope();
                var grads = tensors.Select(tensor => tensor.grad!).Where(grad => grad is not null).ToList();
                if (grads.Count == 0) return 0;
                var norms = stack(grads.Select(grad => grad.norm((float)norm_type).to(grads[0].device)));
                double total = norms.norm((float)norm_type).ToDouble();
                double scale = Math.Min(1, max_norm / (total + 1e-6));
                if (scale < 1)
                    foreach (var grad in grads) grad.mul_(scale);
                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var mode = no_grad();
                foreach (var tensor in tensors)
                {
                    using var grad = tensor.grad;
                    grad?.clamp_(-clip_value, clip_value);
                }
            }

            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors) => cat(tensors.Select(tensor => tensor.view(-1)).ToArray());

            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var mode = no_grad();
                long place = 0;
                foreach (var tensor in tensors)
                {
                    using var part = vec.narrow(0, place, tensor.numel());
                    using var shaped = part.view_as(tensor);
                    tensor.copy_(shaped);
                    place += tensor.numel();
                }
            }
        }
    }
}

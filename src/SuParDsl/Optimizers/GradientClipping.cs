using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Clipping by the global norm.</summary>
internal static class GradientClipping
{
    // As in PyTorch's clip_grad_norm_, so that a norm of 0 divides.
    private const double Epsilon = 1e-6;

    public static double Clip(IReadOnlyList<Parameter> parameters, double maxNorm)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(static p => p.grad).OfType<Tensor>().ToArray();
        if (gradients.Length == 0)
        {
            return 0;
        }

        var norm = stack(gradients.Select(static g => g.norm())).norm().ToDouble();
        if (norm > maxNorm - Epsilon)
        {
            foreach (var gradient in gradients)
            {
                gradient.mul_(maxNorm / (norm + Epsilon));
            }
        }

        return norm;
    }
}

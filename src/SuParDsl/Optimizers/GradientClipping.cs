using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>Clipping by the global norm.</summary>
internal static class GradientClipping
{
    // Avoids a division by zero, as PyTorch's clip_grad_norm_ does.
    private const double Epsilon = 1e-6;

    /// <summary>The global norm of the gradients.</summary>
    public static double Norm(IEnumerable<Parameter> parameters)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var norms = parameters.Select(static p => p.grad).OfType<Tensor>().Select(static g => g.norm()).ToArray();
        return norms.Length == 0 ? 0 : stack(norms).norm().ToDouble();
    }

    /// <summary>Throws if a limit is not positive.</summary>
    public static void CheckLimit(double maxNorm)
    {
        if (!(maxNorm > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "the largest gradient norm must be positive");
        }
    }

    /// <summary>The factor that scales gradients with the given norm to a norm of at most <paramref name="maxNorm"/>.</summary>
    public static double Factor(double norm, double maxNorm) => norm > maxNorm - Epsilon ? maxNorm / (norm + Epsilon) : 1;

    /// <summary>Multiplies the gradients by a factor.</summary>
    public static void Scale(IEnumerable<Parameter> parameters, double factor)
    {
        if (factor == 1)
        {
            return;
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        using var scale = factor.ToScalar();
        foreach (var parameter in parameters)
        {
            parameter.grad?.mul_(scale);
        }
    }
}

using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// A TorchSharp optimizer over a model's emitted groups, with one base learning rate. Masked weights stay exactly zero:
/// their gradients are zeroed before each step, so their moments and decay are zero too.
/// </summary>
public sealed class MuOptimizer : IDisposable
{
    private readonly optim.Optimizer inner;
    private readonly (ParamGroup Group, double Multiplier)[] rates;
    private readonly Parameter[] parameters;
    private readonly (Parameter Parameter, Tensor Mask)[] masked;
    private bool gradientsAreMasked;

    internal MuOptimizer(optim.Optimizer inner, IReadOnlyList<ParamGroup> groups, ImmutableArray<MuGroup> multipliers, Model model, double lr)
    {
        this.inner = inner;
        Groups = multipliers;
        rates = [.. groups.Zip(multipliers, static (group, m) => (group, m.LearningRate))];
        var byName = model.ParametersByName();
        parameters = [.. byName.Values];
        masked =
        [
            .. model.Masks.Select(entry =>
            {
                var parameter = byName[entry.Key];
                return (parameter, entry.Value.ToTensor(parameter.dtype, parameter.device).DetachFromDisposeScope());
            }),
        ];
        Lr = lr;
    }

    /// <summary>The groups with their multipliers.</summary>
    public ImmutableArray<MuGroup> Groups { get; }

    /// <summary>The base learning rate η: what a schedule moves. Each group's own rate is η times its multiplier.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite.</exception>
    public double Lr
    {
        get;
        set
        {
            field = double.IsFinite(value) && value >= 0
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "the learning rate must be a finite number, at least 0");
            foreach (var (group, multiplier) in rates)
            {
                group.LearningRate = value * multiplier;
            }
        }
    }

    /// <summary>Scales the gradients down to a global norm of at most <paramref name="maxNorm"/>, counting unmasked gradients only.</summary>
    /// <returns>The norm before clipping.</returns>
    public double ClipGradNorm(double maxNorm)
    {
        MaskGradients();
        return GradientClipping.Clip(parameters, maxNorm);
    }

    /// <summary>One step on the gradients at hand.</summary>
    public void step()
    {
        MaskGradients();
        using var scope = NewDisposeScope();
        inner.step();
        gradientsAreMasked = false;
    }

    /// <summary>Clears the gradients.</summary>
    public void zero_grad()
    {
        inner.zero_grad();
        gradientsAreMasked = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        inner.Dispose();
        foreach (var (_, mask) in masked)
        {
            mask.Dispose();
        }
    }

    private void MaskGradients()
    {
        if (gradientsAreMasked)
        {
            return;
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, mask) in masked)
        {
            parameter.grad?.mul_(mask);
        }

        gradientsAreMasked = true;
    }
}

using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// An optimizer over a model's own groups, with one base learning rate. Masked weights stay exactly zero: their gradients
/// are zeroed before each step, so their moments and decay are zero too. Weights in half precision get float32 master
/// copies, which the updates go to.
/// </summary>
public sealed class MuOptimizer : IDisposable
{
    private readonly Updates updates;
    private readonly (Parameter Weight, Parameter Master)[] weights;
    private readonly Dictionary<string, Tensor> masks;
    private readonly (Parameter Master, Tensor Mask)[] masked;
    private bool gradientsAreReady, gradientsAreFinite;

    private MuOptimizer(Model model, ImmutableArray<MuGroup> groups, double lr, LossScale? lossScale, Func<Masters, Updates> make)
    {
        Groups = groups;
        LossScale = lossScale;
        var byName = model.ParametersByName();
        var masters = byName.ToDictionary(static p => p.Key, static p => Master(p.Value));
        masks = model.Masks.ToDictionary(
            static entry => entry.Key,
            entry => entry.Value.ToTensor(masters[entry.Key].dtype, masters[entry.Key].device).DetachFromDisposeScope());
        weights = [.. byName.Select(p => (p.Value, masters[p.Key]))];
        masked = [.. masks.Select(entry => (masters[entry.Key], entry.Value))];
        updates = make(new(masters, masks));
        Lr = lr;
    }

    /// <summary>The groups with their multipliers.</summary>
    public ImmutableArray<MuGroup> Groups { get; }

    /// <summary>The factor on the loss, where half precision needs one; else null.</summary>
    public LossScale? LossScale { get; }

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
            for (var group = 0; group < Groups.Length; group++)
            {
                updates.SetRate(group, value * Groups[group].LearningRate);
            }
        }
    }

    internal static MuOptimizer Create(Model model, ImmutableArray<MuGroup> groups, double lr, LossScale? lossScale, Func<Masters, Updates> make) =>
        new(model, groups, lr, lossScale, make);

    /// <summary>Scales the gradients down to a global norm of at most <paramref name="maxNorm"/>, counting unmasked gradients only.</summary>
    /// <returns>The norm before clipping.</returns>
    public double ClipGradNorm(double maxNorm)
    {
        PrepareGradients();
        return GradientClipping.Clip(weights.Select(static w => w.Master), maxNorm);
    }

    /// <summary>
    /// One step on the gradients at hand. With a loss scale, a step whose gradients are not finite is skipped.
    /// </summary>
    public void step()
    {
        PrepareGradients();
        if (gradientsAreFinite)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            updates.Step();
            foreach (var (weight, master) in weights)
            {
                if (!ReferenceEquals(weight, master))
                {
                    weight.copy_(master);
                }
            }
        }

        LossScale?.Update(gradientsAreFinite);
        gradientsAreReady = false;
    }

    /// <summary>Clears the gradients.</summary>
    public void zero_grad()
    {
        using var scope = NewDisposeScope();
        foreach (var (weight, _) in weights)
        {
            weight.grad?.zero_();
        }

        gradientsAreReady = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        updates.Dispose();
        foreach (var mask in masks.Values)
        {
            mask.Dispose();
        }

        foreach (var (weight, master) in weights)
        {
            if (!ReferenceEquals(weight, master))
            {
                master.Dispose();
            }
        }
    }

    private static Parameter Master(Parameter weight)
    {
        if (weight.dtype is ScalarType.Float32 or ScalarType.Float64)
        {
            return weight;
        }

        using var frozen = no_grad();
        return (Parameter)new Parameter(weight.to_type(ScalarType.Float32)).DetachFromDisposeScope();
    }

    // Once a step: to float32, off the loss scale, off the masked weights.
    private void PrepareGradients()
    {
        if (gradientsAreReady)
        {
            return;
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (weight, master) in weights)
        {
            if (!ReferenceEquals(weight, master) && weight.grad is { } gradient)
            {
                master.grad = gradient.to_type(ScalarType.Float32);
            }

            if (LossScale is not null)
            {
                master.grad?.mul_(1 / LossScale.Value);
            }
        }

        foreach (var (master, mask) in masked)
        {
            master.grad?.mul_(mask);
        }

        gradientsAreReady = true;
        gradientsAreFinite = LossScale is null || double.IsFinite(GradientClipping.Norm(weights.Select(static w => w.Master)));
    }
}

/// <summary>What the updates go to: the float32 weights and their masks, by full name.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Masks">The masks of the sparse ones, as ones and zeros.</param>
internal sealed record Masters(Dictionary<string, Parameter> Weights, Dictionary<string, Tensor> Masks)
{
    // An array: TorchSharp enumerates a group's parameters again at every step.
    public Parameter[] Of(MuGroup group) => [.. group.Names.Select(name => Weights[name])];

    public Tensor?[] MasksOf(MuGroup group) => [.. group.Names.Select(name => Masks.GetValueOrDefault(name))];
}

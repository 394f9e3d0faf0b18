using System.Collections.Immutable;
using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Optimizers;

/// <summary>
/// An optimizer over a model's own groups, with one base learning rate. Masked weights stay exactly zero: their gradients
/// count as zero, so their moments and decay are zero too. Weights in half precision have float32 master copies, which the
/// optimizer updates. Float32 weights on the CPU are updated in one fused pass.
/// </summary>
/// <remarks>
/// Gradients accumulate until <see cref="zero_grad"/>. For n micro-batches, divide each loss by n, call
/// <see cref="BackwardErrors.Backward"/> on each, and clip and step once after the last. This is a step on the entire batch.
/// <para>
/// A tensor without a gradient does not change, and neither does its state: neither momentum nor decay updates it. This applies
/// to every tensor that no backward pass has reached since <see cref="zero_grad"/>, and to every tensor whose
/// <c>requires_grad</c> is false. The gradient of such a frozen tensor is dropped and is part of no norm. When
/// <c>requires_grad</c> is true again, the tensor resumes from its state.
/// </para>
/// <para>
/// After <see cref="Model.SetMasks"/> and <see cref="Model.UseStorage"/>, a weight that is kept before and after keeps its
/// moments, and a new weight starts with moments of zero. Learning rates follow the densities that the rule then uses.
/// </para>
/// </remarks>
public sealed partial class MuOptimizer : IDisposable
{
    private bool gradientsAreReady, gradientsAreFinite;

    private MuOptimizer(
        string kind, Model model, double lr, LossScale? lossScale,
        Func<ImmutableArray<MuGroup>> groupsOf, Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> createBackend)
    {
        (Kind, this.model, this.groupsOf, this.createBackend, LossScale) = (kind, model, groupsOf, createBackend, lossScale);
        model.RequireMaskedZeros();
        Make();
        Lr = lr;
    }

    /// <summary>
    /// The kind of optimizer, with the choices that its state depends on. A saved state can only be loaded by the same kind.
    /// </summary>
    public string Kind { get; }

    /// <summary>The groups with their multipliers. A sharded optimizer has the groups of this rank's own tensors.</summary>
    public ImmutableArray<MuGroup> Groups
    {
        get
        {
            FollowMasks();
            return groups;
        }
    }

    /// <summary>The factor on the loss for half precision; null if none is used.</summary>
    public LossScale? LossScale { get; }

    private FusedUpdates? Fused => backend as FusedUpdates;

    /// <summary>Whether the weights are updated in one fused pass.</summary>
    public bool IsFused => Fused is not null;

    /// <summary>
    /// The base learning rate η, which a schedule changes. Each group's learning rate is η times its multiplier.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite.</exception>
    public double Lr
    {
        get;
        set
        {
            field = double.IsFinite(value) && value >= 0
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "the learning rate must be a finite number, at least 0");
            FollowMasks();
            for (var group = 0; group < groups.Length; group++)
            {
                backend.SetRate(group, value * groups[group].LearningRateMultiplier);
            }
        }
    }

    /// <summary>The state of each tensor, by full name. Its tensors belong to the caller's scope.</summary>
    internal IEnumerable<(string Name, TensorState State)> States
    {
        get
        {
            FollowMasks();
            return StatesOf(groups, backend);
        }
    }

    /// <summary>The float32 copies of weights in half precision.</summary>
    internal IEnumerable<(string Name, Parameter Master)> MasterWeights =>
        weights.Where(static w => !ReferenceEquals(w.Weight, w.Master)).Select(static w => (w.Name, w.Master));

    internal static MuOptimizer Create(
        string kind, Model model, double lr, LossScale? lossScale,
        Func<ImmutableArray<MuGroup>> groupsOf, Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> createBackend) =>
        new(kind, model, lr, lossScale, groupsOf, createBackend);

    /// <summary>
    /// Scales the gradients down to a global norm of at most <paramref name="maxNorm"/>. The norm is over the unmasked gradients
    /// of tensors that are not frozen.
    /// </summary>
    /// <returns>The norm before clipping.</returns>
    /// <exception cref="BackwardException">A backward pass has failed (<see cref="BackwardErrors"/>); no gradient has changed.</exception>
    public double ClipGradNorm(double maxNorm)
    {
        RequireGradients();
        GradientClipping.CheckLimit(maxNorm);
        PrepareGradients();
        var norm = GradientNorm(zeroMasked: true);
        if (GradientClipping.Factor(norm, maxNorm) is var factor and not 1)
        {
            Scale(factor);
        }

        return norm;
    }

    /// <summary>
    /// Takes one step on the current gradients. With a loss scale, a step whose gradients are not finite is skipped.
    /// </summary>
    /// <exception cref="BackwardException">A backward pass has failed (<see cref="BackwardErrors"/>); no weight has changed.</exception>
    /// <exception cref="InvalidOperationException">Weights were written past a mask.</exception>
    public void step()
    {
        RequireGradients();
        RequireMaskedZeros();
        Step(gradientScale: 1);
    }

    /// <summary>
    /// Clips the current gradients to a global norm of at most <paramref name="maxNorm"/>, takes one step and removes the
    /// gradients. It does the same as <see cref="ClipGradNorm"/>, <see cref="step()"/> and <see cref="zero_grad"/>, with fewer
    /// passes over memory if the updates are fused. If the gradients are not finite and there is no loss scale, no step is taken
    /// and the gradients stay for inspection.
    /// </summary>
    /// <param name="maxNorm">The largest norm; infinity clips nothing.</param>
    /// <returns>The norm before clipping. It is not finite if no step was taken.</returns>
    /// <exception cref="BackwardException">A backward pass has failed (<see cref="BackwardErrors"/>); no weight has changed.</exception>
    /// <exception cref="InvalidOperationException">Weights were written past a mask.</exception>
    public double step(double maxNorm)
    {
        RequireGradients();
        RequireMaskedZeros();
        GradientClipping.CheckLimit(maxNorm);
        PrepareGradients();
        var norm = GradientNorm();
        if (!double.IsFinite(norm) && LossScale is null)
        {
            return norm;
        }

        var factor = GradientClipping.Factor(norm, maxNorm);
        if (Fused is null)
        {
            Scale(factor);
        }

        Step(factor);
        zero_grad();
        return norm;
    }

    /// <summary>
    /// Throws if the weights are no longer the model's, or if gradients are incomplete because a backward pass has failed.
    /// </summary>
    internal void RequireGradients()
    {
        FollowMasks();
        BackwardErrors.ThrowIfAny(parameters.Values);
    }

    // Check a few weights first. If a masked one is not zero, the model counts all of them for its message.
    private void RequireMaskedZeros()
    {
        if (watch.FindsOthers())
        {
            model.RequireMaskedZeros();
        }
    }

    /// <summary>Whether a tensor is frozen now, so that no step updates it.</summary>
    internal bool IsFrozen(string name)
    {
        FollowMasks();
        return !parameters[name].requires_grad;
    }

    /// <summary>Drops gradients of frozen tensors that remain from an earlier backward pass: nothing may use them.</summary>
    internal void DropFrozenGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var (_, weight, master) in weights)
        {
            if (!weight.requires_grad)
            {
                weight.grad = null;
            }

            if (!ReferenceEquals(weight, master) && weight.grad is null)
            {
                master.grad = null;
            }
        }
    }

    // Only a fused backend applies the scale. For other backends the caller scales the gradients.
    private void Step(double gradientScale)
    {
        PrepareGradients();
        if (gradientsAreFinite)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            if (Fused is null)
            {
                backend.Step();
                NativeHeap.TrimIfGrown();
            }
            else
            {
                Fused.Step(gradientScale);
            }

            foreach (var (_, weight, master) in weights)
            {
                if (!ReferenceEquals(weight, master) && master.grad is not null)
                {
                    weight.copy_(master);
                    master.grad = null;
                }
            }

            gather?.Share();
        }

        LossScale?.Update(gradientsAreFinite);
        gradientsAreReady = false;
    }

    /// <summary>
    /// Removes the gradients: <c>grad</c> is null afterwards, as in PyTorch. If the next backward pass does not reach a tensor,
    /// the next step does not change it.
    /// </summary>
    public void zero_grad()
    {
        FollowMasks();
        foreach (var parameter in parameters.Values)
        {
            parameter.grad = null;
        }

        gradientsAreReady = false;
    }

    /// <inheritdoc/>
    public void Dispose() => Release(backend, masters, weights, gather);

    // Once per step: convert gradients to float32, unscale them, and zero masked entries if the backend does not.
    private void PrepareGradients()
    {
        DropFrozenGradients();
        if (gradientsAreReady)
        {
            return;
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        using var unscale = LossScale is null ? null : (1 / LossScale.Value).ToScalar();
        foreach (var (_, weight, master) in weights)
        {
            if (!ReferenceEquals(weight, master))
            {
                master.grad = weight.grad?.to_type(ScalarType.Float32);
            }

            if (unscale is not null)
            {
                master.grad?.mul_(unscale);
            }
        }

        if (Fused is null)
        {
            masters.MaskGradients();
        }

        gradientsAreReady = true;
        gradientsAreFinite = LossScale is null || double.IsFinite(GradientNorm());
    }

    private double GradientNorm(bool zeroMasked = false)
    {
        var own = Fused?.Norm(zeroMasked) ?? GradientClipping.Norm(weights.Select(static w => w.Master));
        return owners?.NormOf(own) ?? own;
    }

    private void Scale(double factor)
    {
        if (Fused is null)
        {
            GradientClipping.Scale(weights.Select(static w => w.Master), factor);
        }
        else
        {
            Fused.Scale(factor);
        }
    }
}

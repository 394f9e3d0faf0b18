using System.Collections.Immutable;
using SuParDsl.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// An optimizer over a model's own groups, with one base learning rate. Masked weights stay exactly zero: their gradients
/// count as zero, so their moments and decay are zero too. Weights in half precision get float32 master copies, which the
/// updates go to. Float32 weights on the CPU are moved in one fused pass.
/// </summary>
/// <remarks>
/// Gradients add up until <see cref="zero_grad"/>. For n micro-batches divide each loss by n, call <see cref="BackwardErrors.Backward"/> on each, and
/// clip and step once, after the last: the step is the whole batch's.
/// <para>
/// A tensor that has no gradient stays exactly as it is, and so does what is remembered of it: neither momentum nor decay moves it. That is
/// every tensor that no backward pass has reached since <see cref="zero_grad"/>, and every tensor whose <c>requires_grad</c> is false: its
/// gradient is dropped, counts in no norm, and when <c>requires_grad</c> is true again the tensor goes on from its state.
/// </para>
/// <para>
/// After <see cref="Model.SetMasks"/> and <see cref="Model.UseStorage"/> a weight that is kept before and after goes on with its
/// moments, one that is new begins with none; learning rates follow the densities that the rule then sees.
/// </para>
/// </remarks>
public sealed partial class MuOptimizer : IDisposable
{
    private bool gradientsAreReady, gradientsAreFinite;

    private MuOptimizer(
        string kind, Model model, double lr, LossScale? lossScale,
        Func<ImmutableArray<MuGroup>> groupsOf, Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> updatesOf)
    {
        (Kind, this.model, this.groupsOf, this.updatesOf, LossScale) = (kind, model, groupsOf, updatesOf, lossScale);
        model.RequireMaskedZeros();
        Make();
        Lr = lr;
    }

    /// <summary>Which optimizer this is, with what its state depends on: only its own kind reads a saved state.</summary>
    public string Kind { get; }

    /// <summary>The groups with their multipliers; of a sharded optimizer those of this rank's own tensors.</summary>
    public ImmutableArray<MuGroup> Groups
    {
        get
        {
            FollowMasks();
            return groups;
        }
    }

    /// <summary>The factor on the loss, where half precision needs one; else null.</summary>
    public LossScale? LossScale { get; }

    private FusedUpdates? Fused => updates as FusedUpdates;

    /// <summary>Whether the weights are moved in one fused pass.</summary>
    public bool IsFused => Fused is not null;

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
            FollowMasks();
            for (var group = 0; group < groups.Length; group++)
            {
                updates.SetRate(group, value * groups[group].LearningRateMultiplier);
            }
        }
    }

    /// <summary>What is remembered of each tensor, by full name. Its tensors belong to the caller's scope.</summary>
    internal IEnumerable<(string Name, TensorState State)> States
    {
        get
        {
            FollowMasks();
            return StatesOf(groups, updates);
        }
    }

    /// <summary>The float32 copies of weights in half precision.</summary>
    internal IEnumerable<(string Name, Parameter Master)> MasterWeights =>
        weights.Where(static w => !ReferenceEquals(w.Weight, w.Master)).Select(static w => (w.Name, w.Master));

    internal static MuOptimizer Create(
        string kind, Model model, double lr, LossScale? lossScale,
        Func<ImmutableArray<MuGroup>> groupsOf, Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> updatesOf) =>
        new(kind, model, lr, lossScale, groupsOf, updatesOf);

    /// <summary>
    /// Scales the gradients down to a global norm of at most <paramref name="maxNorm"/>, counting unmasked gradients of tensors that are not
    /// frozen only.
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
    /// One step on the gradients at hand. With a loss scale, a step whose gradients are not finite is skipped.
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
    /// One step on the gradients at hand, clipped to a global norm of at most <paramref name="maxNorm"/> on the way, after which
    /// there are no gradients: the same as <see cref="ClipGradNorm"/>, <see cref="step()"/> and <see cref="zero_grad"/>, in
    /// fewer passes over memory where the updates are fused. Gradients that are not finite move nothing and stay to be looked at.
    /// </summary>
    /// <param name="maxNorm">The largest norm; infinity clips nothing.</param>
    /// <returns>The norm before clipping; not finite where no step was taken.</returns>
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

    /// <summary>Throws where the weights are not the model's, and where gradients are incomplete because a backward pass has failed.</summary>
    internal void RequireGradients()
    {
        FollowMasks();
        BackwardErrors.ThrowIfAny(parameters.Values);
    }

    // Looks at a few weights; where one is not zero, the model names how many are not.
    private void RequireMaskedZeros()
    {
        if (watch.FindsOthers())
        {
            model.RequireMaskedZeros();
        }
    }

    /// <summary>Whether a tensor is frozen now: no step moves it.</summary>
    internal bool IsFrozen(string name)
    {
        FollowMasks();
        return !parameters[name].requires_grad;
    }

    /// <summary>Drops the gradients of frozen tensors, which an earlier backward pass has left: nothing may count or apply them.</summary>
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

    // Updates that are not fused take gradients that were scaled before.
    private void Step(double gradientScale)
    {
        PrepareGradients();
        if (gradientsAreFinite)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            if (Fused is null)
            {
                updates.Step();
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

            sharing?.Share();
        }

        LossScale?.Update(gradientsAreFinite);
        gradientsAreReady = false;
    }

    /// <summary>
    /// Removes the gradients: <c>grad</c> is null afterwards, as in PyTorch. A tensor that the next backward pass does not reach has none
    /// in the next step, which leaves it as it is.
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
    public void Dispose() => Release(updates, masters, weights, sharing);

    // Once per step: convert gradients to float32, unscale them, and zero masked entries where the updates do not skip these themselves.
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

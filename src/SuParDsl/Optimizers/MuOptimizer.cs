using System.Collections.Immutable;
using SuParDsl.Distributed;
using SuParDsl.Sparsity;

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
/// After <see cref="IModel.SetMasks"/> and <see cref="IModel.UseStorage"/>, a weight that is kept before and after keeps its
/// moments, and a new weight starts with moments of zero. Learning rates follow the densities that the rule then uses.
/// </para>
/// </remarks>
public sealed class MuOptimizer : IDisposable
{
    private readonly IModel model;
    private OptimizerState state;

    private MuOptimizer(string kind, double lr, OptimizerRecipe recipe)
    {
        (Kind, model, LossScale) = (kind, recipe.Model, recipe.LossScale);
        model.RequireMaskedZeros();
        state = new(recipe, owners: null);
        Lr = lr;
    }

    /// <summary>
    /// The kind of optimizer, with the choices that its state depends on. A saved state can only be loaded by the same kind.
    /// </summary>
    public string Kind { get; }

    /// <summary>The groups with their multipliers. A sharded optimizer has the groups of this rank's own tensors.</summary>
    public ImmutableArray<MuGroup> Groups => Current.Groups;

    /// <summary>The factor on the loss for half precision; null if none is used.</summary>
    public LossScale? LossScale { get; }

    /// <summary>Whether the weights are updated in one fused pass.</summary>
    public bool IsFused => state.IsFused;

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
                : throw new ArgumentOutOfRangeException(
                    nameof(value), value, "the learning rate must be a finite number, at least 0");
            Current.SetRates(value);
        }
    }

    /// <summary>
    /// The process group that the state is sharded over; <see cref="ProcessGroup.Single"/> if it is not sharded.
    /// </summary>
    public ProcessGroup ShardedOver => state.Owners?.ProcessGroup ?? ProcessGroup.Single;

    /// <summary>The bytes of new weights that all ranks together send after a step; 0 if the state is not sharded.</summary>
    public long BytesPerStep => ShardedOver.Count == 1 ? 0 : Current.BytesPerStep;

    /// <summary>The names of all tensors, this rank's and other ranks', in the order of the saved state.</summary>
    internal ImmutableArray<string> Names => Current.Names;

    /// <summary>The names of the weights in half precision, this rank's and other ranks'.</summary>
    internal IEnumerable<string> NamesOfMasters => Current.NamesOfMasters;

    /// <summary>The state of each tensor, by full name. Its tensors belong to the caller's scope.</summary>
    internal IEnumerable<(string Name, TensorState State)> States => Current.States;

    /// <summary>The float32 copies of weights in half precision.</summary>
    internal IEnumerable<(string Name, TorchSharp.Modules.Parameter Master)> MasterWeights => Current.MasterWeights;

    /// <summary>
    /// The state for the model as it is now. All members use it, so that none can use the state of masks that have changed since.
    /// </summary>
    private OptimizerState Current
    {
        get
        {
            state.RequireSamePlaces();
            if (!state.IsCurrent)
            {
                Replace(state.Owners);
            }

            return state;
        }
    }

    internal static MuOptimizer Create(
        string kind, IModel model, double lr, LossScale? lossScale,
        Func<ImmutableArray<MuGroup>> groups,
        Func<OptimizerParameters, ImmutableArray<MuGroup>, OptimizerBackend> createBackend) =>
        new(kind, lr, new(model, lossScale, groups, createBackend));

    /// <summary>
    /// Shards the optimizer's state over the ranks of a process group. Each rank keeps the moments and the float32 master copies
    /// of about the same number of weights, updates only these, and receives the other ranks' new weights after each step. Call
    /// it once, between two steps, on every rank.
    /// </summary>
    /// <remarks>
    /// From then on all ranks must step, clip (<see cref="ClipGradNorm"/>) and save together, on gradients that are the same on
    /// all ranks (<see cref="GradientReducer"/>). A rank clips and unscales only the gradients of its own tensors.
    /// </remarks>
    /// <param name="ranks">The process group.</param>
    /// <exception cref="InvalidOperationException">The state is already sharded.</exception>
    public void ShardOver(ProcessGroup ranks)
    {
        if (state.Owners is not null)
        {
            throw new InvalidOperationException(
                "the optimizer's state is already sharded: create a new optimizer to shard it over another process group");
        }

        Replace(TensorOwners.Of(ranks, Current.Parameters.Select(static p => (p.Key, p.Value.numel()))));
    }

    /// <summary>
    /// Scales the gradients down to a global norm of at most <paramref name="maxNorm"/>. The norm is over the unmasked gradients
    /// of tensors that are not frozen.
    /// </summary>
    /// <returns>The norm before clipping.</returns>
    /// <exception cref="BackwardException">
    /// A backward pass has failed (<see cref="BackwardErrors"/>); no gradient has changed.
    /// </exception>
    public double ClipGradNorm(double maxNorm)
    {
        var gradients = RequireGradients().Gradients;
        GradientClipping.CheckLimit(maxNorm);
        gradients.Prepare();
        var norm = gradients.Norm(zeroMasked: true);
        if (GradientClipping.Factor(norm, maxNorm) is var factor and not 1)
        {
            gradients.Scale(factor);
        }

        return norm;
    }

    /// <summary>
    /// Takes one step on the current gradients. With a loss scale, a step whose gradients are not finite is skipped.
    /// </summary>
    /// <exception cref="BackwardException">
    /// A backward pass has failed (<see cref="BackwardErrors"/>); no weight has changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">Weights were written past a mask.</exception>
    public void step()
    {
        var current = RequireGradients();
        RequireMaskedZeros(current);
        Step(current, gradientScale: 1);
    }

    /// <summary>
    /// Clips the current gradients to a global norm of at most <paramref name="maxNorm"/>, takes one step and removes the
    /// gradients. It does the same as <see cref="ClipGradNorm"/>, <see cref="step()"/> and <see cref="zero_grad"/>, with fewer
    /// passes over memory if the updates are fused. If the gradients are not finite and there is no loss scale, no step is taken
    /// and the gradients stay for inspection.
    /// </summary>
    /// <param name="maxNorm">The largest norm; infinity clips nothing.</param>
    /// <returns>The norm before clipping. It is not finite if no step was taken.</returns>
    /// <exception cref="BackwardException">
    /// A backward pass has failed (<see cref="BackwardErrors"/>); no weight has changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">Weights were written past a mask.</exception>
    public double step(double maxNorm)
    {
        var current = RequireGradients();
        RequireMaskedZeros(current);
        GradientClipping.CheckLimit(maxNorm);
        current.Gradients.Prepare();
        var norm = current.Gradients.Norm();
        if (!double.IsFinite(norm) && LossScale is null)
        {
            return norm;
        }

        var factor = GradientClipping.Factor(norm, maxNorm);
        if (!current.IsFused)
        {
            current.Gradients.Scale(factor);
        }

        Step(current, factor);
        zero_grad();
        return norm;
    }

    /// <summary>
    /// Removes the gradients: <c>grad</c> is null afterwards, as in PyTorch. If the next backward pass does not reach a tensor,
    /// the next step does not change it.
    /// </summary>
    public void zero_grad()
    {
        var current = Current;
        foreach (var (_, parameter) in current.Parameters)
        {
            parameter.grad = null;
        }

        current.Gradients.End();
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    /// <summary>
    /// Throws if the weights are no longer the model's, or if gradients are incomplete because a backward pass has failed or
    /// because a load-balancing loss was left out of the loss.
    /// </summary>
    internal OptimizerState RequireGradients()
    {
        var current = Current;
        BackwardErrors.ThrowIfAny(current.Parameters.Select(static p => p.Value));
        model.RequireAuxiliaryLoss();
        return current;
    }

    /// <summary>Whether a tensor is frozen now, so that no step updates it.</summary>
    internal bool IsFrozen(string name) => !Current.ParameterOf(name).requires_grad;

    /// <summary>Drops gradients of frozen tensors that remain from an earlier backward pass: nothing may use them.</summary>
    internal void DropFrozenGradients() => Current.Gradients.DropFrozen();

    /// <summary>The mask of a sparse tensor that is stored dense; null for any other tensor.</summary>
    internal WeightMask? MaskOf(string name) => Current.MaskOf(name);

    /// <summary>The number of weights that are updated. A compressed matrix has only its kept weights.</summary>
    internal long CountOf(string name) => Current.ParameterOf(name).numel();

    /// <summary>The rank that keeps a tensor's state.</summary>
    internal int OwnerOf(string name) => state.Owners?.OwnerOf(name) ?? ShardedOver.Rank;

    private void Replace(TensorOwners? owners)
    {
        var old = state;
        state = old.Next(owners);
        old.Dispose();
        state.SetRates(Lr);
    }

    // Check a few weights first. If a masked one is not zero, the model counts all of them for its message.
    private void RequireMaskedZeros(OptimizerState current)
    {
        if (current.FindsUnmasked())
        {
            model.RequireMaskedZeros();
        }
    }

    // Only a fused backend applies the scale. For other backends the caller scales the gradients.
    private void Step(OptimizerState current, double gradientScale)
    {
        current.Gradients.Prepare();
        var steps = current.Gradients.AllowStep;
        if (steps)
        {
            current.Step(gradientScale);
        }

        LossScale?.Update(steps);
        current.Gradients.End();
    }
}

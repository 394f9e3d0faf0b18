using System.Collections.Immutable;

namespace SuParDsl.Optimizers;

/// <summary>Optimizers over a model's own groups, each with the multipliers of its family.</summary>
/// <remarks>
/// In all of them, <c>lr</c> is the base learning rate η and <c>weightDecay</c> the base λ for matrices (vectors do not decay).
/// <c>coupling</c> says how λ depends on a tensor's learning-rate multiplier, and <c>lossScale</c> is the loss scale for half
/// precision. If <c>fused</c>, float32 weights on the CPU are updated in one fused pass instead of by the engine's operations.
/// An optimizer that does not have a weight-decay mode (<see cref="WeightDecayCouplings"/>) throws an
/// <see cref="ArgumentException"/>; if the mode is a constant in the call, the compiler reports it (SUP414).
/// </remarks>
public static class ModelOptimizers
{
    extension(IModel model)
    {
        /// <summary>AdamW (decoupled weight decay) with the rule's learning-rate, decay and ε multipliers.</summary>
        public MuOptimizer AdamW(
            double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0,
            WeightDecayCoupling coupling = WeightDecayCoupling.Coupled, LossScale? lossScale = null, bool fused = true)
        {
            return MuOptimizer.Create(
                nameof(AdamW), model, lr, lossScale, Groups(nameof(AdamW), model, OptimizerFamily.Adam, coupling),
                (parameters, groups) =>
                    CreateAdam(parameters, groups, beta1, beta2, eps, weightDecay, fused, decoupled: true));
        }

        /// <summary>
        /// Adam, which adds the decay to the gradient (L2). No rule for this decay is known: leave it at 0 or use AdamW.
        /// </summary>
        public MuOptimizer Adam(
            double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0,
            WeightDecayCoupling coupling = WeightDecayCoupling.Coupled, LossScale? lossScale = null, bool fused = true)
        {
            return MuOptimizer.Create(
                nameof(Adam), model, lr, lossScale, Groups(nameof(Adam), model, OptimizerFamily.Adam, coupling),
                (parameters, groups) =>
                    CreateAdam(parameters, groups, beta1, beta2, eps, weightDecay, fused, decoupled: false));
        }

        /// <summary>SGD with the rule's learning-rate multipliers.</summary>
        public MuOptimizer Sgd(
            double lr, double momentum = 0, double dampening = 0, double weightDecay = 0, bool nesterov = false,
            WeightDecayCoupling coupling = WeightDecayCoupling.Coupled, LossScale? lossScale = null, bool fused = true)
        {
            return MuOptimizer.Create(nameof(Sgd), model, lr, lossScale, Groups(
                nameof(Sgd), model, OptimizerFamily.Sgd, coupling), (parameters, groups) =>
                fused && parameters.Segments(groups) is { } segments
                    ? FusedOptimizers.Sgd(segments, Decays(groups, weightDecay), momentum, dampening, nesterov)
                    : new SgdBackend(
                        [.. groups.Select(group => (parameters.Of(group), weightDecay * group.WeightDecayMultiplier))],
                        momentum, dampening, nesterov));
        }

        /// <summary>Lion (arXiv 2302.06675). Its steps have the size of Adam's, so it uses Adam's multipliers.</summary>
        public MuOptimizer Lion(
            double lr, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0,
            WeightDecayCoupling coupling = WeightDecayCoupling.Coupled, LossScale? lossScale = null, bool fused = true)
        {
            return MuOptimizer.Create(nameof(Lion), model, lr, lossScale, Groups(
                nameof(Lion), model, OptimizerFamily.Adam, coupling), (parameters, groups) =>
                fused && parameters.Segments(groups) is { } segments
                    ? FusedOptimizers.Lion(segments, Decays(groups, weightDecay), beta1, beta2)
                    : new LionBackend(
                        [.. groups.Select(group => (parameters.Of(group), weightDecay * group.WeightDecayMultiplier))],
                        beta1,
                        beta2));
        }

        /// <summary>
        /// Muon for hidden matrices, AdamW for all other tensors. Muon's width rule is the spectral condition
        /// (arXiv 2310.17813). No rule for density is published, and the 1/m_ρ used here fails the coordinate check over
        /// density, so sparse matrices are a research option that must be enabled.
        /// </summary>
        /// <param name="lr">The base learning rate of Muon.</param>
        /// <param name="adamLr">The base learning rate of AdamW. A schedule scales both rates by the same factor.</param>
        /// <param name="momentum">Muon's Nesterov momentum.</param>
        /// <param name="beta1">AdamW's β₁.</param>
        /// <param name="beta2">AdamW's β₂.</param>
        /// <param name="eps">AdamW's base ε.</param>
        /// <param name="weightDecay">The base λ of both.</param>
        /// <param name="coupling">How λ depends on a tensor's learning-rate multiplier.</param>
        /// <param name="lossScale">The loss scale for half precision.</param>
        /// <param name="fused">Whether AdamW updates its tensors in one fused pass.</param>
        /// <param name="sparse">Whether Muon may update sparse matrices.</param>
        /// <param name="shape">The factor on Muon's updates that depends on a matrix's shape.</param>
        /// <param name="convolutions">
        /// Whether Muon also updates hidden convolutions, as matrices of outputs × (inputs · kernel). By default AdamW does.
        /// </param>
        /// <exception cref="ArgumentException">
        /// A hidden matrix is sparse and <paramref name="sparse"/> is false, or Muon does not have the weight-decay mode.
        /// </exception>
        public MuOptimizer MuonWithAdamW(
            double lr, double adamLr, double momentum = 0.95, double beta1 = 0.9, double beta2 = 0.95, double eps = 1e-8,
            double weightDecay = 0, WeightDecayCoupling coupling = WeightDecayCoupling.Coupled, LossScale? lossScale = null,
            bool fused = true, bool sparse = false, MuonShape shape = MuonShape.None, bool convolutions = false)
        {
            RequireMode(nameof(MuonWithAdamW), coupling);
            if (!sparse && model.Tensors.FirstOrDefault(
                tensor => IsMuons(tensor.Role, tensor.Axes.Length) && model.Masks.ContainsKey(tensor.Name)) is { } uncovered)
            {
                throw new ArgumentException(
                    $"no rule is known for Muon's learning rate at the density of {uncovered.Name}, "
                    + $"which is {model.DeclaredDensity(uncovered.Name)}: "
                    + "it must be 1, unless sparse: true allows Muon on sparse matrices as an experiment",
                    nameof(sparse));
            }

            var ratio = adamLr / lr;

            // A saved state is only valid for the same choice: convolutions have either Muon's momentum or AdamW's moments.
            var kind = nameof(MuonWithAdamW) + (convolutions ? " with convolutions" : string.Empty);
            return MuOptimizer.Create(kind, model, lr, lossScale, HiddenFirst, (parameters, groups) =>
            {
                var muons = model.Tensors.Where(tensor => IsMuons(tensor.Role, tensor.Axes.Length))
                    .Select(static tensor => tensor.Name).ToHashSet();
                var (hidden, others) =
                    (MuGroup.Only(groups, muons.Contains), MuGroup.Only(groups, name => !muons.Contains(name)));
                var muon = new MuonBackend(
                    [.. hidden.Select(group => (parameters.Of(group), parameters.MasksOf(
                        group), parameters.CompressedOf(group), weightDecay * group.WeightDecayMultiplier))], momentum);
                return new CompositeBackend(
                    muon, hidden.Length, CreateAdam(parameters, others, beta1, beta2, eps, weightDecay, fused, decoupled: true));
            });

            // AdamW groups use adamLr; their multipliers are expressed relative to lr.
            ImmutableArray<MuGroup> HiddenFirst()
            {
                var hidden = Only(model.Table(OptimizerFamily.Muon), row => IsMuons(row.Role, row.Shape.Length)).With(coupling)
                    .With(shape);
                var others = MuGroup.Of(
                    Only(model.Table(OptimizerFamily.Adam), row => !IsMuons(row.Role, row.Shape.Length)), coupling);
                return [
                    .. MuGroup.Of(hidden),
                    .. others.Select(group => group with { LearningRateMultiplier = ratio * group.LearningRateMultiplier }),
                ];
            }

            bool IsMuons(Role role, int axes) => role == Role.Hidden && (axes == 2 || (convolutions && axes > 2));
        }
    }

    // A function, because learning rates may depend on masks: the groups are computed again when masks change.
    private static Func<ImmutableArray<MuGroup>> Groups(
        string optimizer, IModel model, OptimizerFamily family, WeightDecayCoupling coupling)
    {
        RequireMode(optimizer, coupling);
        return () => MuGroup.Of(model.Table(family), coupling);
    }

    private static void RequireMode(string optimizer, WeightDecayCoupling coupling)
    {
        if (WeightDecayCouplings.Refusal(optimizer, coupling) is { } refusal)
        {
            throw new ArgumentException(
                $"{refusal}: it must be {string.Join(", ", WeightDecayCouplings.Of(optimizer))}", nameof(coupling));
        }
    }

    private static MuTable Only(MuTable table, Func<MuRow, bool> wanted) => table with { Rows = [.. table.Rows.Where(wanted)] };

    private static double[] Decays(ImmutableArray<MuGroup> groups, double weightDecay) =>
        [.. groups.Select(group => weightDecay * group.WeightDecayMultiplier)];

    private static (double Decay, double Epsilon)[] DecaysAndEpsilons(
        ImmutableArray<MuGroup> groups, double weightDecay, double eps) =>
        [.. groups.Select(group => (weightDecay * group.WeightDecayMultiplier, eps * group.EpsilonMultiplier))];

    private static OptimizerBackend CreateAdam(
        OptimizerParameters parameters, ImmutableArray<MuGroup> groups, double beta1, double beta2, double eps,
        double weightDecay, bool fused, bool decoupled)
    {
        return fused && parameters.Segments(groups) is { } segments
            ? FusedOptimizers.Adam(segments, DecaysAndEpsilons(groups, weightDecay, eps), beta1, beta2, decoupled)
            : new AdamBackend(
                [.. groups.Select(
                    group => (parameters.Of(group), weightDecay * group.WeightDecayMultiplier, eps * group.EpsilonMultiplier))],
                beta1, beta2, decoupled);
    }
}

using SuParDsl.Kernels;

namespace SuParDsl.Optimizers;

/// <summary>The fused optimizers, which use PyTorch's formulas.</summary>
internal static class FusedOptimizers
{
    /// <summary>Adam with L2 decay, or AdamW with decoupled decay.</summary>
    /// <param name="segments">The tensors.</param>
    /// <param name="groups">Each group's decay λ and ε.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="decoupled">Whether it is AdamW.</param>
    public static FusedUpdates Adam(
        FusedSegment[] segments, (double Decay, double Epsilon)[] groups, double beta1, double beta2, bool decoupled)
    {
        return decoupled
            ? new FusedUpdates<AdamWRule>(segments, groups.Length, Constants)
            : new FusedUpdates<AdamRule>(segments, groups.Length, Constants);

        UpdateConstants Constants(int group, double rate, int step) => new()
        {
            Decay = (float)(decoupled ? 1 - (rate * groups[group].Decay) : groups[group].Decay),
            Rate = (float)(rate / (1 - Math.Pow(beta1, step))),
            Beta1 = (float)beta1,
            Gain1 = (float)(1 - beta1),
            Beta2 = (float)beta2,
            Gain2 = (float)(1 - beta2),
            Correction = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))),
            Epsilon = (float)groups[group].Epsilon,
        };
    }

    /// <summary>SGD.</summary>
    /// <param name="segments">The tensors.</param>
    /// <param name="decays">Each group's decay λ.</param>
    /// <param name="momentum">The momentum, 0 for none.</param>
    /// <param name="dampening">The dampening: the gradient enters the momentum times (1 − dampening).</param>
    /// <param name="nesterov">Whether the momentum is Nesterov's.</param>
    public static FusedUpdates Sgd(FusedSegment[] segments, double[] decays, double momentum, double dampening, bool nesterov)
    {
        return momentum == 0
            ? new FusedUpdates<SgdRule>(segments, decays.Length, Constants)
            : nesterov
                ? new FusedUpdates<NesterovRule>(segments, decays.Length, Constants)
                : new FusedUpdates<MomentumRule>(segments, decays.Length, Constants);

        UpdateConstants Constants(int group, double rate, int step) => new()
        {
            Decay = (float)decays[group],
            Rate = (float)rate,
            Beta1 = (float)momentum,

            // The momentum starts as the first gradient, without dampening.
            Gain1 = step == 1 ? 1 : (float)(1 - dampening),
        };
    }

    /// <summary>Lion.</summary>
    /// <param name="segments">The tensors.</param>
    /// <param name="decays">Each group's decay λ.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    public static FusedUpdates Lion(FusedSegment[] segments, double[] decays, double beta1, double beta2) =>
        new FusedUpdates<LionRule>(segments, decays.Length, (group, rate, _) => new()
        {
            Decay = (float)(1 - (rate * decays[group])),
            Rate = (float)rate,
            Beta1 = (float)beta1,
            Gain1 = (float)(1 - beta1),
            Beta2 = (float)beta2,
            Gain2 = (float)(1 - beta2),
        });
}

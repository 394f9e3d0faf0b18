using NanoGpt;
using SuParDsl.Sparsity;

namespace SuParDsl.Peers.Tests.ComingFrom;

/// <summary>
/// The lines of C# in docs/coming-from.md, which are compiled here. <see cref="PageTests"/> looks for each of them in this
/// file.
/// </summary>
internal static class Lines
{
    public static void Mup(Model model)
    {
        using var optimizer = model.AdamW(lr: 1e-3, weightDecay: 0.01, coupling: WeightDecayCoupling.Mup);
    }

    public static void NanoGptMup()
    {
        using var gpt = new Gpt(Gpt.Base with { Width = 1024, Density = 1 / 32.0, AlphaIn = 2 }, seed: 1);
        using var optimizer = gpt.AdamW(lr: 1e-2, beta2: 0.95, weightDecay: 0.1);
        var schedule = new Schedule(Warmup: 100, Steps: 5000, LrDecay.Cosine, Final: 0.1, Formula: WarmupFormula.FromZero);
        optimizer.Lr *= schedule.At(0);
    }

    public static void CompleteP(Model model)
    {
        using var optimizer = model.AdamW(
            lr: 1e-2, beta2: 0.95, eps: 1e-12, weightDecay: 0.1, coupling: WeightDecayCoupling.CompleteP);
    }

    public static void OfNanoGpt()
    {
        using var gpt = new Gpt(Gpt.Base with { Width = 768, Layers = 12, HeadDim = 64, Rule = Rule.Standard }, seed: 1);
        using var optimizer = gpt.AdamW(lr: 6e-4, beta2: 0.95, weightDecay: 0.1);
        var schedule = new Schedule(Warmup: 2000, Steps: 600_000, LrDecay.Cosine, Final: 0.1);
        optimizer.Lr *= schedule.At(0);
    }

    public static void RigL(Model model, MuOptimizer optimizer)
    {
        var rigl = new MaskSchedule
        {
            Stop = 25_000, Interval = 100, Updates = MaskUpdates.FromStart, DropFraction = 0.1, Drop = Ramp.Constant,
        };
        var riglTorch = new MaskSchedule { Stop = 25_000, Interval = 100, Updates = MaskUpdates.BeforeStop };
        using var masks = new DynamicMasks(model, optimizer, rigl);
        riglTorch.Check();
    }

    public static void JaxPruner(Model dense, Model sparse)
    {
        var schedule = new MaskSchedule { Stop = 1000, Interval = 5, Global = true, Normalize = true };
        sparse.PruneFrom(dense, global: true, normalize: true);
        schedule.Check();
    }

    public static void SetAndItop()
    {
        var set = new MaskSchedule
        {
            Stop = 100_000, Interval = 500, DropFraction = 0.3, Drop = Ramp.Constant, DropBySign = true,
        };
        var itop = new MaskSchedule { Stop = 40_000, Interval = 100, DropFraction = 0.5 };
        set.Check();
        itop.Check();
    }

    public static void Muon(Model model)
    {
        using var optimizer = model.MuonWithAdamW(
            lr: 0.02, adamLr: 3e-4, weightDecay: 0.1, shape: MuonShape.Tall, convolutions: true);
    }

    public static void Dion(Model model)
    {
        using var optimizer = model.MuonWithAdamW(lr: 0.02, adamLr: 3e-4, weightDecay: 0.1, shape: MuonShape.Spectral);
    }

    public static void Lion(Model model)
    {
        using var optimizer = model.Lion(lr: 1e-4, weightDecay: 1.0);
    }

    public static void PyTorch(Model model)
    {
        using var optimizer = model.AdamW(lr: 1e-3, weightDecay: 0.01);
    }
}

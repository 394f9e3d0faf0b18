using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about ordinary code that builds and trains models.</summary>
internal static partial class Descriptors
{
    private const string Training = "SuParDsl.Training";

    public static readonly DiagnosticDescriptor SparsityAsDensity = Warning(
        "SUP204", Sparsity, "Sparsity is used as a density",
        "'{0}' is named as a sparsity, but a density is the fraction of weights that are kept ({1})");

    public static readonly DiagnosticDescriptor WrittenPastMask = Error(
        "SUP215", Sparsity, "Weight is written without its mask",
        "'{0}' writes the weight of '{1}' without its mask, so dropped weights come back "
        + "(call ApplyMasks of the model afterwards)");

    public static readonly DiagnosticDescriptor HandMadeTie = Error(
        "SUP314", Parameterization, "Embedding is tied by hand",
        "'{0}' is assigned the weight of '{1}', which is then registered twice and lacks the readout's multiplier "
        + "(pipe into {1}.Unembed)");

    public static readonly DiagnosticDescriptor OwnInitialization = Warning(
        "SUP321", Parameterization, "Custom initialization overrides the rule",
        "'{0}' replaces the weights that the rule drew for '{1}' "
        + "(remove it, or scale the rule's standard deviation with [Init(Gain = …)])");

    public static readonly DiagnosticDescriptor CoupledDecay = Warning(
        "SUP326", Parameterization, "Weight decay is not defined for this rule",
        "Adam adds weight decay to the gradient, for which no rule is known, but weightDecay is {0} (use AdamW)");

    public static readonly DiagnosticDescriptor PlainOptimizer = Error(
        "SUP401", Training, "Plain optimizer on a model",
        "'{0}' gives all parameters of '{1}' one learning rate, so multipliers are lost and masked weights change "
        + "(write {2}.{3}(…))");

    public static readonly DiagnosticDescriptor UnknownOptimizer = Warning(
        "SUP403", Training, "Optimizer without a known rule",
        "No rule is known for the learning rates of '{0}', so nothing transfers from the base of '{1}' "
        + "(use {2}.AdamW, Adam, Lion, Sgd or MuonWithAdamW)");

    public static readonly DiagnosticDescriptor PlainClipping = Info(
        "SUP410", Training, "Gradient clipping bypasses the optimizer",
        "'{0}' also counts the gradients of masked weights and does not undo a loss scale "
        + "(call ClipGradNorm of the model's optimizer)");

    public static readonly DiagnosticDescriptor LargeEpsilon = Info(
        "SUP411", Training, "Adam's ε is not scaled",
        "eps is {0}, and '{1}' has no [MuDepth], so eps stays the same while gradients shrink with the width (omit eps)");

    public static readonly DiagnosticDescriptor ForeignDecayMode = Error(
        "SUP414", Training, "Weight-decay mode of another optimizer",
        "{0} (use one of {1})");

    public static readonly DiagnosticDescriptor GroupRate = Error(
        "SUP405", Training, "Learning rate is set on groups",
        "'{0}' {1} (write optimizer.Lr = lr * schedule.At(step), which sets the rate of every group)");

    public static readonly DiagnosticDescriptor TorchScheduler = Error(
        "SUP406", Training, "Scheduler of torch.optim on the optimizer of a model",
        "'{0}' takes an optimizer of torch.optim, not the one of a model, which has a rate for each group "
        + "(write optimizer.Lr = lr * schedule.At(step), with schedule = new Schedule(warmup, steps, LrDecay.Cosine))");

    public static readonly DiagnosticDescriptor LongWarmup = Warning(
        "SUP416", Training, "Warm-up is as long as the run",
        "The schedule warms up for {0} of {1} steps, so the learning rate never reaches its peak ({2})");

    public static readonly DiagnosticDescriptor FinalAbovePeak = Error(
        "SUP415", Training, "Final learning rate outside its range",
        "The final factor is {0}, but it is the final learning rate as a fraction of the peak and must be in [0, 1] "
        + "(nanoGPT uses 0.1)");
}

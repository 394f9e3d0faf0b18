using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about ordinary code that builds and trains models.</summary>
internal static partial class Descriptors
{
    private const string Training = "SuParDsl.Training";

    public static readonly DiagnosticDescriptor SparsityAsDensity = Warning(
        "SUP204", Sparsity, "This is a sparsity, not a density",
        "'{0}' is named a sparsity, but a density is the share of weights kept ({1})");

    public static readonly DiagnosticDescriptor WrittenPastMask = Error(
        "SUP215", Sparsity, "Weight is written outside the mask",
        "'{0}' writes the weight of '{1}' past its mask, so dropped weights come back (call ApplyMasks of the model afterwards)");

    public static readonly DiagnosticDescriptor HandMadeTie = Error(
        "SUP314", Parameterization, "Hand-made tie",
        "'{0}' is given the weight of '{1}', which stays registered twice and without the readout's multiplier "
        + "(pipe into {1}.Unembed)");

    public static readonly DiagnosticDescriptor OwnInitialization = Warning(
        "SUP321", Parameterization, "Own initialization overrides the rule",
        "'{0}' replaces what the rule has drawn for '{1}' (remove it, or scale the rule's deviation with [Init(Gain = …)])");

    public static readonly DiagnosticDescriptor CoupledDecay = Warning(
        "SUP326", Parameterization, "Weight decay is not defined for this rule",
        "Adam adds the decay to the gradient, where no rule for it is known, but weightDecay is {0} (use AdamW)");

    public static readonly DiagnosticDescriptor PlainOptimizer = Error(
        "SUP401", Training, "Plain optimizer on a model",
        "'{0}' gives all parameters of '{1}' one learning rate: multipliers are lost and masked weights move (write {2}.{3}(…))");

    public static readonly DiagnosticDescriptor UnknownOptimizer = Warning(
        "SUP403", Training, "Optimizer without a known rule",
        "No rule is known for the learning rates of '{0}', so nothing transfers from the base of '{1}' "
        + "(use {2}.AdamW, Adam, Lion, Sgd or MuonWithAdamW)");

    public static readonly DiagnosticDescriptor PlainClipping = Info(
        "SUP410", Training, "Gradient clipping past the optimizer",
        "'{0}' also counts the gradients of masked weights and what a loss scale has multiplied "
        + "(call ClipGradNorm of the model's optimizer)");

    public static readonly DiagnosticDescriptor LargeEpsilon = Info(
        "SUP411", Training, "Adam's ε is not scaled",
        "eps is {0}, and '{1}' has no [MuDepth], so it stays the same while gradients shrink with the width (omit eps)");

    public static readonly DiagnosticDescriptor ForeignDecayMode = Error(
        "SUP414", Training, "Weight-decay mode of another optimizer",
        "{0} (use one of {1})");

    public static readonly DiagnosticDescriptor FinalAbovePeak = Error(
        "SUP415", Training, "Final learning rate outside its range",
        "The final factor is {0}, but the learning rate falls to that share of its peak: it must be in [0, 1] (nanoGPT's is 0.1)");
}

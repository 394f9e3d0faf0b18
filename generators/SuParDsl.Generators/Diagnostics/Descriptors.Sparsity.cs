using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about sparsity.</summary>
internal static partial class Descriptors
{
    private const string Sparsity = "SuParDsl.Sparsity";

    public static readonly DiagnosticDescriptor NotSparsifiable = Error(
        "SUP201", Sparsity, "Not a sparsity target",
        "[Sparse] on '{0}': a {1} has no matrix to make sparse (remove it)");

    public static readonly DiagnosticDescriptor DensityRange = Error(
        "SUP202", Sparsity, "Density outside (0, 1]",
        "{0} is {1}: a density is the share of weights kept, in (0, 1] ({2})");

    public static readonly DiagnosticDescriptor IntegerDensity = Error(
        "SUP203", Sparsity, "Integer division gives density 0",
        "'{0}' is an integer division and gives {1} (write {2})");

    public static readonly DiagnosticDescriptor UnknownDensity = Error(
        "SUP205", Sparsity, "Unknown density parameter",
        "'{0}' is not a [Density] parameter of '{1}' ({2})");

    public static readonly DiagnosticDescriptor TwoFourSize = Error(
        "SUP209", Sparsity, "2:4 needs multiples of 4",
        "'{0}' keeps two of every four weights along its fan-in of {1}, which is not a multiple of 4 "
        + "(change the size or the mask)");

    public static readonly DiagnosticDescriptor TwoFourDensity = Error(
        "SUP210", Sparsity, "2:4 has density ½",
        "'{0}' has density {1}, but a mask that keeps two of every four weights has density 0.5 (write 0.5)");

    public static readonly DiagnosticDescriptor BlockMask = Error(
        "SUP211", Sparsity, "Block mask does not tile",
        "'{0}' is masked in tiles of {1}×{1}, but one of its sides is {2} (make it a multiple of {1})");

    public static readonly DiagnosticDescriptor UnusedDensity = Warning(
        "SUP206", Sparsity, "[Density] parameter is never used",
        "'{0}' is marked [Density] but makes nothing sparse (add [Sparse(nameof({0}))] to a layer, or pass it on)");

    public static readonly DiagnosticDescriptor SparseEnd = Warning(
        "SUP207", Sparsity, "Sparse readout or input layer",
        "[Sparse] on '{0}', which maps {1} → {2} and so is {3}: the published rule keeps those dense "
        + "(remove it, or suppress this to scale it by its effective fan-in)");

    public static readonly DiagnosticDescriptor FewWeights = Warning(
        "SUP208", Sparsity, "Expected fan-in too small",
        "'{0}' keeps {1} of a fan-in of {2} at the base: {3} weights an output on average, so that some have none "
        + "(raise the density or the base width)");

    public static readonly DiagnosticDescriptor MethodAndRule = Warning(
        "SUP214", Sparsity, "Method and rule do not suit each other",
        "'{0}' moves its mask by {1} under {2}, {3} (follow Rule.{4})");

    public static readonly DiagnosticDescriptor MovingPattern = Error(
        "SUP216", Sparsity, "Mask has a pattern that its method would not keep",
        "The mask of '{0}' is {1}, a pattern that {2} would not keep (it must be Exact or Bernoulli)");

    public static readonly DiagnosticDescriptor NothingToMove = Error(
        "SUP217", Sparsity, "Density 1 leaves nothing to move",
        "The density of '{0}' is 1, which leaves {1} nothing to move (give a density below 1)");

    public static readonly DiagnosticDescriptor NotCompressible = Error(
        "SUP218", Sparsity, "Layer cannot be compressed",
        "'{0}' is a {1}, and only a Linear can be kept compressed (remove Storage)");

    public static readonly DiagnosticDescriptor NotCoverable = Error(
        "SUP219", Sparsity, "A density over all layers meets one that cannot be sparse",
        "The density of '{0}' is that of all layers, but '{1}' cannot be sparse (mark it [Dense])");
}

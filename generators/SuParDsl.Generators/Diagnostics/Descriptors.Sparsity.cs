using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about sparsity.</summary>
internal static partial class Descriptors
{
    private const string Sparsity = "SuParDsl.Sparsity";

    public static readonly DiagnosticDescriptor NotSparsifiable = Error(
        "SUP201", Sparsity, "Not a sparsity target",
        "[Sparse] cannot be applied to '{0}': a {1} has no weight matrix to make sparse (remove it)");

    public static readonly DiagnosticDescriptor DensityRange = Error(
        "SUP202", Sparsity, "Density outside (0, 1]",
        "{0} is {1}, but a density is the fraction of weights that are kept and must be in (0, 1] ({2})");

    public static readonly DiagnosticDescriptor IntegerDensity = Error(
        "SUP203", Sparsity, "Integer division gives density 0",
        "'{0}' is an integer division with the result {1} (write {2})");

    public static readonly DiagnosticDescriptor UnknownDensity = Error(
        "SUP205", Sparsity, "Unknown density parameter",
        "'{0}' is not a [Density] parameter of '{1}' ({2})");

    public static readonly DiagnosticDescriptor TwoFourSize = Error(
        "SUP209", Sparsity, "2:4 needs multiples of 4",
        "'{0}' keeps two of every four weights along its fan-in of {1}, which is not a multiple of 4 "
        + "(change the size or the mask)");

    public static readonly DiagnosticDescriptor TwoFourDensity = Error(
        "SUP210", Sparsity, "A 2:4 mask has density ½",
        "'{0}' has density {1}, but a mask that keeps two of every four weights has density 0.5 (write 0.5)");

    public static readonly DiagnosticDescriptor BlockMask = Error(
        "SUP211", Sparsity, "Block mask does not tile",
        "'{0}' is masked in tiles of {1}×{1}, but one of its sides is {2} (make it a multiple of {1})");

    public static readonly DiagnosticDescriptor UnusedDensity = Warning(
        "SUP206", Sparsity, "[Density] parameter is never used",
        "'{0}' is marked [Density] but makes nothing sparse (add [Sparse(nameof({0}))] to a layer, or pass it to a block)");

    public static readonly DiagnosticDescriptor SparseEnd = Warning(
        "SUP207", Sparsity, "Sparse readout or input layer",
        "'{0}' is marked [Sparse] but maps {1} → {2} and so is {3}, which the published rule keeps dense "
        + "(remove [Sparse], or suppress this to scale it by its effective fan-in)");

    public static readonly DiagnosticDescriptor FewWeights = Warning(
        "SUP208", Sparsity, "Expected fan-in too small",
        "'{0}' keeps {1} of a fan-in of {2} at the base: about {3} weights per output, so some outputs keep none "
        + "(raise the density or the base width)");

    public static readonly DiagnosticDescriptor MethodAndRule = Warning(
        "SUP214", Sparsity, "Method and rule do not match",
        "'{0}' changes its mask by {1} under the rule {2}, {3} (use Rule.{4})");

    public static readonly DiagnosticDescriptor MovingPattern = Error(
        "SUP216", Sparsity, "Method would not keep the pattern of the mask",
        "The mask of '{0}' has the pattern {1}, which {2} would not keep (use Exact or Bernoulli)");

    public static readonly DiagnosticDescriptor NothingToMove = Error(
        "SUP217", Sparsity, "Density 1 leaves nothing to change",
        "The density of '{0}' is 1, so {1} has no weights to change (use a density below 1)");

    public static readonly DiagnosticDescriptor NotCompressible = Error(
        "SUP218", Sparsity, "Layer cannot be compressed",
        "'{0}' is a {1}, and only a Linear can be kept compressed (remove Storage)");

    public static readonly DiagnosticDescriptor DensityType = Error(
        "SUP220", Sparsity, "Density is not a double",
        "'{0}' is marked [Density] but is of type {1} (write: [Density] double {0})");

    public static readonly DiagnosticDescriptor NotCoverable = Error(
        "SUP219", Sparsity, "Density over all layers includes one that cannot be sparse",
        "The density of '{0}' covers all layers, but '{1}' cannot be sparse (mark it [Dense])");
}

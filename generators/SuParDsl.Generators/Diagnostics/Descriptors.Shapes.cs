using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about shapes and wiring.</summary>
internal static partial class Descriptors
{
    private const string Shapes = "SuParDsl.Shapes";

    public static readonly DiagnosticDescriptor WrongSize = Error(
        "SUP101", Shapes, "Layer receives the wrong size",
        "'{0}' {1} but receives {2} ({3}: {4} ≠ {5}; {6})");

    public static readonly DiagnosticDescriptor ResidualSize = Error(
        "SUP102", Shapes, "Residual addition of different sizes",
        "The branch ends with size {0}, but the residual stream has size {1} (map the branch back to {1} before the addition)");

    public static readonly DiagnosticDescriptor Combine = Error(
        "SUP103", Shapes, "Cannot combine shapes",
        "{0} and {1} cannot be combined with '{2}': {3} ≠ {4} on the {5} ({6})");

    public static readonly DiagnosticDescriptor HeadSizes = Error(
        "SUP104", Shapes, "Query and key head sizes differ",
        "The heads of the queries have size {0} and those of the keys {1}, but they must be equal "
        + "(give both the same argument: .Heads takes the size of one head, not the number of heads)");

    public static readonly DiagnosticDescriptor HeadCounts = Error(
        "SUP105", Shapes, "Query heads are not a multiple of key/value heads",
        "Attention receives {0} query heads and {1} {2} heads ({3})");

    public static readonly DiagnosticDescriptor HeadRemainder = Error(
        "SUP106", Shapes, "Head size does not divide the width",
        "{0} is not a multiple of the head size {1} in '{2}' ({3})");

    public static readonly DiagnosticDescriptor Remainder = Error(
        "SUP107", Shapes, "Integer division loses a remainder",
        "{0} is not a multiple of {1} in '{2}' ({3})");

    public static readonly DiagnosticDescriptor NotPositive = Error(
        "SUP108", Shapes, "Size is not positive",
        "'{0}' of '{1}' is {2}, but a size must be at least 1 (change the expression or the base)");

    public static readonly DiagnosticDescriptor KernelTooLarge = Error(
        "SUP109", Shapes, "Kernel does not fit the image",
        "'{0}' has a kernel that spans {1}, but the padded image has only {2} ({3})");

    public static readonly DiagnosticDescriptor SumPiped = Error(
        "SUP110", Shapes, "Sum is one side of a pipe",
        "'|' binds more weakly than '{0}', so all of '{1}' is one side of the pipe (write {2})");

    public static readonly DiagnosticDescriptor Rank = Error(
        "SUP111", Shapes, "Rank mismatch",
        "'{0}' {1} but receives {2} ({3})");

    public static readonly DiagnosticDescriptor NormAxis = Error(
        "SUP112", Shapes, "Normalization over the wrong axis",
        "'{0}' normalizes {1} but receives {2} ({3})");

    public static readonly DiagnosticDescriptor OpContract = Error(
        "SUP113", Shapes, "[Op] contract does not match its method",
        "The contract '{0}' {1} (write: {2})");

    public static readonly DiagnosticDescriptor OpShape = Error(
        "SUP114", Shapes, "Shape does not match the contract",
        "'{0}' takes {1} but receives {2} ({3})");

    public static readonly DiagnosticDescriptor InputContradicts = Error(
        "SUP115", Shapes, "Input shape contradicts its use",
        "[Shape] states {0}, but the input goes into '{1}', which takes {2} ({3})");

    public static readonly DiagnosticDescriptor UnknownAxis = Error(
        "SUP116", Shapes, "Unknown size name",
        "'{0}' is not a size of '{1}', but '{2}' is (write nameof({2}))");

    public static readonly DiagnosticDescriptor MaskShape = Error(
        "SUP117", Shapes, "Mask does not fit attention",
        "The argument '{0}' of Attention takes {1} but receives [{2}] ({3}; the logits are [{4}])");

    public static readonly DiagnosticDescriptor ExpertsDoNotFit = Error(
        "SUP118", Shapes, "Experts do not fit",
        "'{0}' {1} ({2})");

    public static readonly DiagnosticDescriptor UnusedLayer = Warning(
        "SUP120", Shapes, "Layer is never used",
        "'{0}' is not used in the flow, so its parameters would get no gradient (use it in the flow, or remove it)");

    public static readonly DiagnosticDescriptor UnusedValue = Warning(
        "SUP121", Shapes, "Value is never used",
        "The value of '{0}' is never used (remove it)");

    public static readonly DiagnosticDescriptor BlockInputs = Error(
        "SUP123", Shapes, "Block's inputs do not match",
        "'{0}' {1} ({2})");

    public static readonly DiagnosticDescriptor RepeatChangesSize = Error(
        "SUP124", Shapes, "Repeated block changes the size",
        "'{0}' repeats '{1}', which maps {2} → {3} (make the block end with the size it starts with)");

    public static readonly DiagnosticDescriptor IndexChangesBlocks = Error(
        "SUP127", Shapes, "Index of a Repeat changes its blocks",
        "'{0}' builds its blocks by the index '{1}', {2} ({3})");

    public static readonly DiagnosticDescriptor UsedTwice = Info(
        "SUP122", Shapes, "Layer is used twice",
        "'{0}' is used twice, so both uses share its weights and its gradient is the sum of both "
        + "(declare a second layer, unless sharing is intended)");

    public static readonly DiagnosticDescriptor LayerContract = Error(
        "SUP125", Shapes, "[Contract] cannot be read",
        "The contract '{0}' of '{1}' {2} (write: {3})");

    public static readonly DiagnosticDescriptor HeadsByCount = Warning(
        "SUP126", Shapes, "Number of heads is used as a head size",
        "'{0}' is named as a number of heads, but .Heads takes the size of one head (write .Heads({1}))");

    public static readonly DiagnosticDescriptor ReadsState = Error(
        "SUP132", Shapes, "Declaration reads mutable state",
        "'{0}' may change after the model is built, but what '{1}' declares is fixed from then on "
        + "(make it a parameter of '{1}', or a Weight if it is learned)");

    public static readonly DiagnosticDescriptor NotFlow = Error(
        "SUP130", Shapes, "Not part of the flow language",
        "'{0}' is not part of the flow language: {1} ({2})");

    public static readonly DiagnosticDescriptor FlowCalled = Error(
        "SUP131", Shapes, "Flow method is called",
        "'{0}' is a declaration that is read at compile time and never runs (write call, which runs the generated forward)");
}

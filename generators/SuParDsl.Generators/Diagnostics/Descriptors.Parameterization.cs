using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about the parameterization.</summary>
internal static partial class Descriptors
{
    private const string Parameterization = "SuParDsl.Parameterization";

    public static readonly DiagnosticDescriptor NoBase = Error(
        "SUP301", Parameterization, "A model's size needs a base",
        "'{0}' of the model '{1}' is marked [{2}] without a base "
        + "(write [{2}({3})], the size at which the hyperparameters are tuned)");

    public static readonly DiagnosticDescriptor BadBase = Error(
        "SUP302", Parameterization, "Base is not positive",
        "The base of '{0}' is {1}, but it must be at least 1 (write the size at which the hyperparameters are tuned)");

    public static readonly DiagnosticDescriptor BlockBase = Error(
        "SUP303", Parameterization, "Block states a base",
        "'{0}' of the block '{1}' states a base, but a block takes its bases from the model it is used in (write [{2}])");

    public static readonly DiagnosticDescriptor UnmarkedParameter = Error(
        "SUP304", Parameterization, "A scaling size reaches an unmarked parameter",
        "{0} scales, but '{1}' of '{2}' is not marked, so '{2}' would treat it as fixed (mark it: [MuWidth] int {1})");

    public static readonly DiagnosticDescriptor NothingScales = Warning(
        "SUP306", Parameterization, "No size scales",
        "The model '{0}' has no [MuWidth] parameter, so every multiplier is 1 (mark a size: [MuWidth(256)] int width)");

    public static readonly DiagnosticDescriptor DefaultIsNotBase = Warning(
        "SUP307", Parameterization, "Default differs from base",
        "The default of '{0}' is {1}, but its base is {2} (make them equal, or remove the default)");

    public static readonly DiagnosticDescriptor NoRole = Error(
        "SUP308", Parameterization, "Role cannot be inferred",
        "'{0}' {1}, so its fan-in is not known (write {2})");

    public static readonly DiagnosticDescriptor ExternalModule = Error(
        "SUP309", Parameterization, "External module without a role",
        "'{0}' is a {1}, {2}, so its parameters would be in no learning-rate group "
        + "(add [Foreign(nameof(…), nameof(…), Role = Role.Hidden)], or use a layer of SuParDsl)");

    public static readonly DiagnosticDescriptor DepthUnmarked = Warning(
        "SUP318", Parameterization, "Depth scales without [MuDepth]",
        "'{0}' counts the blocks of '{1}' but is not marked, so residual branches and learning rates do not follow depth "
        + "(mark it: [MuDepth{2}] int {0})");

    public static readonly DiagnosticDescriptor BadAlpha = Error(
        "SUP320", Parameterization, "Depth exponent outside [½, 1]",
        "The α of '{0}' is {1}, but it must be in [0.5, 1] (1 keeps feature learning at every depth)");

    public static readonly DiagnosticDescriptor FixedWidth = Warning(
        "SUP305", Parameterization, "A fixed size reaches a scaling parameter",
        "{0} is fixed, but '{1}' of '{2}' scales and is the output of '{3}', which stays narrow while the width grows "
        + "(write a multiple of a [MuWidth] size)");

    public static readonly DiagnosticDescriptor FixedKeys = Warning(
        "SUP310", Parameterization, "Key/value width does not scale",
        "The queries have {0} heads, but the keys and values have {1} at every width, so their layers become readouts "
        + "(write their width as width / groups)");

    public static readonly DiagnosticDescriptor TwoReadouts = Warning(
        "SUP313", Parameterization, "Tied embedding with its own readout",
        "'{0}' maps to the same size as the tied readout '{1}', which is used too (keep one of them)");

    public static readonly DiagnosticDescriptor HandMadeReadout = Warning(
        "SUP315", Parameterization, "Hand-made readout multiplier",
        "The rule already multiplies the readout '{1}' by 1/m of the width, so the factor {0} scales it twice (remove it)");

    public static readonly DiagnosticDescriptor HandMadeScale = Warning(
        "SUP316", Parameterization, "Hand-made residual scale",
        "A branch of '{0}' is scaled by {1}, and the rule scales it again where the number of blocks scales "
        + "(remove it, or make it a parameter)");

    public static readonly DiagnosticDescriptor UnscaledBranch = Warning(
        "SUP317", Parameterization, "Residual addition without ResidualScale",
        "The forward of '{0}' adds {1} unscaled, but the number of blocks scales (write ResidualScale * {1})");

    public static readonly DiagnosticDescriptor SwappedMarks = Error(
        "SUP319", Parameterization, "[MuDepth] on a size, or [MuWidth] on a count",
        "'{0}' is marked {1}, but is {2} here (mark it {3})");

    public static readonly DiagnosticDescriptor UniformSparse = Warning(
        "SUP322", Parameterization, "Uniform initialization of sparse weights",
        "'{0}' is sparse and initialized uniformly, but the rule for sparse weights is derived for normal ones "
        + "(remove Distribution)");

    public static readonly DiagnosticDescriptor BadScale = Error(
        "SUP327", Parameterization, "Learning-rate factor is not positive",
        "The [LrScale] of '{0}' is {1}, but it must be a positive number "
        + "(to freeze a layer, set requires_grad = false on its tensors)");

    public static readonly DiagnosticDescriptor LiteralWidth = Warning(
        "SUP328", Parameterization, "Literal size between layers of a model that scales",
        "'{0}' maps {1} → {2} in front of '{3}', so it is treated as a readout and stays {2} wide while the model grows "
        + "(write {4}, or pass a parameter if it must stay fixed)");

    public static readonly DiagnosticDescriptor SilentScale = Warning(
        "SUP323", Parameterization, "[LrScale] without a reason",
        "The learning rate of '{0}' is multiplied by {1} in addition to the rule, and no reason is given "
        + "(write Because = \"…\")");
}

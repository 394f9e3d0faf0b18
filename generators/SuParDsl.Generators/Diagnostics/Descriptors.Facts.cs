using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about the generator itself: what it understood of a declaration, and its own failures.</summary>
internal static partial class Descriptors
{
    public static readonly DiagnosticDescriptor LayerRole = new(
        "SUP901", "Role of a layer in the parameterization", "'{0}' has {1}", Parameterization, DiagnosticSeverity.Hidden,
        isEnabledByDefault: true, helpLinkUri: Help + "SUP901.md");

    public static readonly DiagnosticDescriptor Fault = Error(
        "SUP902", Form, "A declaration could not be read",
        "SuParDsl failed to read '{0}', which is a bug in SuParDsl: {1} "
        + "(report it with this class; all other classes are generated)");
}

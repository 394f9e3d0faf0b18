using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>What was understood of a declaration. Nothing is wrong there, so they are hidden until someone asks.</summary>
internal static partial class Descriptors
{
    public static readonly DiagnosticDescriptor LayerRole = new(
        "SUP901", "What a layer is to the parameterization", "'{0}' has {1}", Parameterization, DiagnosticSeverity.Hidden,
        isEnabledByDefault: true, helpLinkUri: Help + "SUP901.md");
}

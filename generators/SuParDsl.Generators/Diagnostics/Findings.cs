using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>What the parser found wrong with one declaration.</summary>
internal sealed class Findings
{
    private readonly List<Diagnostic> diagnostics = [];

    public bool HasErrors { get; private set; }

    /// <summary>Whether the code cannot be lowered: an error of ours, or one that C# itself reports.</summary>
    public bool IsBroken { get; private set; }

    public ImmutableArray<Diagnostic> Diagnostics => [.. diagnostics];

    /// <summary>Notes something that C# itself refuses: one mistake, one message.</summary>
    public void MarkIncomplete() => IsBroken = true;

    public void Add(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        Add(descriptor, location, second: null, arguments);

    /// <summary>Adds a diagnostic with a second place to look at: the declaration of what is used wrongly.</summary>
    public void Add(DiagnosticDescriptor descriptor, Location location, Location? second, object[] arguments) =>
        Add(Diagnostic.Create(descriptor, location, second is null ? null : [second], arguments));

    public void Add(Diagnostic diagnostic)
    {
        // The declared severity decides, not the configured one: whether a stub is emitted must not depend on .editorconfig.
        HasErrors |= diagnostic.Descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        IsBroken |= HasErrors;
        diagnostics.Add(diagnostic);
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>The diagnostics of one declaration, collected while it is read.</summary>
internal sealed class Findings
{
    private readonly List<Diagnostic> diagnostics = [];

    /// <summary>The number of errors so far.</summary>
    public int Errors { get; private set; }

    public bool HasErrors => Errors > 0;

    /// <summary>Whether no working half can be emitted, because of an error that is reported here or by C# itself.</summary>
    public bool IsBroken { get; private set; }

    public ImmutableArray<Diagnostic> Diagnostics => [.. diagnostics];

    /// <summary>Marks the declaration as incomplete without a diagnostic, because C# itself reports the mistake.</summary>
    public void MarkIncomplete() => IsBroken = true;

    public void Add(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        Add(descriptor, location, second: null, arguments);

    /// <summary>Adds a diagnostic with a second place to look at: the declaration of what is used wrongly.</summary>
    public void Add(DiagnosticDescriptor descriptor, Location location, Location? second, object[] arguments) =>
        Add(Diagnostic.Create(descriptor, location, second is null ? null : [second], arguments));

    public void Add(Diagnostic diagnostic)
    {
        // The declared severity decides, not the configured one: whether a stub is emitted must not depend on .editorconfig.
        Errors += diagnostic.Descriptor.DefaultSeverity == DiagnosticSeverity.Error ? 1 : 0;
        IsBroken |= HasErrors;
        diagnostics.Add(diagnostic);
    }
}

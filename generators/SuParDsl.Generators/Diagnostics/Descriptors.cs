using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>All diagnostics, each defined once. An ID never changes its meaning.</summary>
internal static partial class Descriptors
{
    /// <summary>The property of a diagnostic that holds the C# to write instead, if only the parser knows it.</summary>
    public const string Remedy = nameof(Remedy);

    private const string Own = "SUP9";
    private const string Help = "https://github.com/supardsl/supardsl/blob/main/docs/diagnostics/";

    /// <summary>The diagnostics of mistakes, in the order of their IDs.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All =>
        [.. Every.Where(static descriptor => !descriptor.Id.StartsWith(Own, StringComparison.Ordinal))];

    /// <summary>
    /// The diagnostics about the generator itself: what it understood, hidden until an .editorconfig shows it, and its own
    /// failures.
    /// </summary>
    public static ImmutableArray<DiagnosticDescriptor> Facts =>
        [.. Every.Where(static descriptor => descriptor.Id.StartsWith(Own, StringComparison.Ordinal))];

    private static ImmutableArray<DiagnosticDescriptor> Every =>
    [
        .. typeof(Descriptors).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static member => member.GetValue(null)).OfType<DiagnosticDescriptor>()
            .OrderBy(static descriptor => descriptor.Id, StringComparer.Ordinal),
    ];

    private static DiagnosticDescriptor Error(string id, string category, string title, string message) =>
        new(id, title, message, category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Help + id + ".md");

    private static DiagnosticDescriptor Warning(string id, string category, string title, string message) =>
        new(id, title, message, category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Help + id + ".md");

    private static DiagnosticDescriptor Info(string id, string category, string title, string message) =>
        new(id, title, message, category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help + id + ".md");
}

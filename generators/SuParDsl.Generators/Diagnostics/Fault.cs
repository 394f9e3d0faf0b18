using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>
/// Turns an exception while one declaration is read or printed into a diagnostic, so that all others are still emitted.
/// </summary>
internal static class Fault
{
    /// <summary>The result of the work, or a substitute after an exception. A cancellation is passed on.</summary>
    public static T Contain<T>(Func<T> work, Func<Exception, T> otherwise)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return otherwise(e);
        }
    }

    /// <summary>The diagnostic of a fault, on the type whose declaration it is.</summary>
    public static Diagnostic Report(INamedTypeSymbol type, Exception fault) => Report(type, Text(fault));

    /// <summary>The diagnostic of a fault whose text is known.</summary>
    public static Diagnostic Report(INamedTypeSymbol? type, string fault) => Diagnostic.Create(
        Descriptors.Fault, type?.Locations.FirstOrDefault() ?? Location.None, type?.Name ?? "A declaration", fault);

    /// <summary>An exception on one line.</summary>
    public static string Text(Exception fault) =>
        $"{fault.GetType().Name}: "
        + $"{string.Join(" ", fault.Message.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))}";
}

using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>An exception while one declaration is read or printed: it becomes a diagnostic there, and the others are emitted.</summary>
internal static class Fault
{
    /// <summary>A result, or what stands for it after an exception. A cancelled one is no result.</summary>
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

    /// <summary>The same of a fault that is known by its text.</summary>
    public static Diagnostic Report(INamedTypeSymbol? type, string fault) => Diagnostic.Create(
        Descriptors.Fault, type?.Locations.FirstOrDefault() ?? Location.None, type?.Name ?? "A declaration", fault);

    /// <summary>An exception on one line.</summary>
    public static string Text(Exception fault) =>
        $"{fault.GetType().Name}: {string.Join(" ", fault.Message.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))}";
}

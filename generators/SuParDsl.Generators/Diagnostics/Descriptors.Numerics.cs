using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about numbers.</summary>
internal static partial class Descriptors
{
    private const string Numerics = "SuParDsl.Numerics";

    public static readonly DiagnosticDescriptor NotIntegers = Error(
        "SUP501", Numerics, "Embedding does not receive integers",
        "'{0}' looks up rows by index but receives the output of another layer (pipe integer ids into it)");

    public static readonly DiagnosticDescriptor SizeOverflow = Error(
        "SUP504", Numerics, "Size is too large for an int",
        "{0} is {1} at the base, but '{2}' of '{3}' is an int, which holds at most 2147483647 "
        + "(use a smaller base or fewer factors)");

    public static readonly DiagnosticDescriptor OpKeeps = Warning(
        "SUP505", Numerics, "[Op] stores its argument",
        "'{0}' stores '{1}' in '{2}', but the tensor is disposed when forward ends "
        + "(store {1}.alias().DetachFromDisposeScope())");

    public static readonly DiagnosticDescriptor TorchSurprise = Warning(
        "SUP506", Numerics, "Surprising behavior of TorchSharp",
        "'{0}' {1} ({2})");

    public static readonly DiagnosticDescriptor ScopeAcrossAwait = Warning(
        "SUP507", Numerics, "Thread-bound scope is open across an await",
        "'{0}' belongs to the thread that opened it, but another thread may continue after this await "
        + "(close it before the await and open it again afterwards)");
}

using Microsoft.CodeAnalysis;

namespace SuParDsl.Generators.Diagnostics;

/// <summary>Diagnostics about numbers.</summary>
internal static partial class Descriptors
{
    private const string Numerics = "SuParDsl.Numerics";

    public static readonly DiagnosticDescriptor NotIntegers = Error(
        "SUP501", Numerics, "Embedding is not given integers",
        "'{0}' looks up rows by number, but is given what another layer has computed (pipe ids into it)");

    public static readonly DiagnosticDescriptor SizeOverflow = Error(
        "SUP504", Numerics, "Size is too large for an int",
        "{0} is {1} at the base, for '{2}' of '{3}': an int holds 2147483647 at most (use a smaller base or fewer factors)");

    public static readonly DiagnosticDescriptor OpKeeps = Warning(
        "SUP505", Numerics, "[Op] keeps its argument",
        "'{0}' stores '{1}' in '{2}', but the tensor is disposed when forward ends (store {1}.alias().DetachFromDisposeScope())");

    public static readonly DiagnosticDescriptor TorchSurprise = Warning(
        "SUP506", Numerics, "TorchSharp does something else here",
        "'{0}' {1} ({2})");

    public static readonly DiagnosticDescriptor ScopeAcrossAwait = Warning(
        "SUP507", Numerics, "A thread's scope is open across an await",
        "'{0}' belongs to the thread that opened it, and after this await another thread may go on "
        + "(close it before the await and open it again afterwards)");
}

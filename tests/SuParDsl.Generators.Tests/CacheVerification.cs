using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuParDsl.Generators.Parsing.Caching;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Tests;

/// <summary>
/// Reads the classes of a compilation in the verifying mode. Analyzers see a compilation with other options each time they run
/// here, from which nothing is taken over, so that a test which needs the comparison asks for it.
/// </summary>
internal static class CacheVerification
{
    /// <summary>The internal errors of results that an earlier compilation left and that are out of date.</summary>
    public static IReadOnlyList<string> Faults(CSharpCompilation compilation) =>
    [
        .. compilation.GetSymbolsWithName(static _ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>()
            .Where(KnownNames.IsDeclaration)
            .SelectMany(type => BlockLibrary.Of(compilation, CacheMode.Verify).Parse(type, CancellationToken.None).Diagnostics)
            .Where(static diagnostic => diagnostic.Id == "SUP902").Select(static diagnostic => diagnostic.ToString()),
    ];
}

using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Parsing.Language;

/// <summary>The meaning of a property's type in the language.</summary>
/// <param name="Symbol">The type.</param>
/// <param name="IsModule">Whether it is a layer of any kind.</param>
/// <param name="Collected">The layer type inside an array or another collection.</param>
/// <param name="Block">The block that it is or repeats.</param>
/// <param name="BuiltIn">Its row of the layer table, or its contract.</param>
internal sealed record PropertyType(
    ITypeSymbol Symbol, bool IsModule, ITypeSymbol? Collected, INamedTypeSymbol? Block, BuiltInLayer? BuiltIn)
{
    public static PropertyType Of(ITypeSymbol type, CancellationToken cancellation)
    {
        var isModule = KnownNames.IsModule(type);
        var block = isModule ? BlockTypes.BlockOf(type) : null;
        var isOurs = type.ContainingNamespace is { Name: "SuParDsl", ContainingNamespace.IsGlobalNamespace: true };
        return new(
            type, isModule, CollectedModule(type), block,
            block is not null || !isModule ? null
                : isOurs ? LayerTable.Find(type.Name) : LayerContracts.Of(type, cancellation));
    }

    /// <summary>The layer type inside an array or another collection.</summary>
    public static ITypeSymbol? CollectedModule(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => CollectedModule(array.ElementType)
            ?? (KnownNames.IsModule(array.ElementType) ? array.ElementType : null),
        INamedTypeSymbol { IsGenericType: true } named when !KnownNames.IsModule(named) && IsEnumerable(named) =>
            named.TypeArguments.FirstOrDefault(KnownNames.IsModule),
        _ => null,
    };

    private static bool IsEnumerable(INamedTypeSymbol type) =>
        type.AllInterfaces.Add(type)
            .Any(static i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T);
}

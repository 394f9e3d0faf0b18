using Microsoft.CodeAnalysis;
using SuParDsl.Generators.Parsing.Symbols;

namespace SuParDsl.Generators.Parsing.Language;

/// <summary>Questions about the type of a block that its symbols answer.</summary>
internal static class BlockTypes
{
    /// <summary>The number of tensors that a return type stands for: the elements of a tuple, otherwise 1.</summary>
    public static int Outputs(ITypeSymbol? result) =>
        result is INamedTypeSymbol { IsTupleType: true } tuple ? tuple.TupleElements.Length : 1;

    /// <summary><paramref name="count"/> unknown shapes.</summary>
    public static IEnumerable<Sizes.Shape?> Unknown(int count) => Enumerable.Repeat<Sizes.Shape?>(null, count);

    /// <summary>The block type of a property that holds or repeats a block; null for every other type.</summary>
    public static INamedTypeSymbol? BlockOf(ITypeSymbol type)
    {
        if ((KnownNames.IsLibraryType(type, LayerTable.Repeat) || KnownNames.IsLibraryType(type, LayerTable.Experts))
            && type is INamedTypeSymbol { TypeArguments: [INamedTypeSymbol repeated] })
        {
            type = repeated;
        }

        return type is INamedTypeSymbol named && KnownNames.IsDeclaration(named) ? named.OriginalDefinition : null;
    }

    /// <summary>Whether a block is, or contains at any depth, a layer of the wanted type.</summary>
    public static bool Contains(INamedTypeSymbol block, INamedTypeSymbol wanted)
    {
        var seen = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var pending = new Stack<INamedTypeSymbol>([block]);
        while (pending.Count > 0)
        {
            var type = pending.Pop();
            if (SymbolEqualityComparer.Default.Equals(type, wanted))
            {
                return true;
            }

            if (!seen.Add(type))
            {
                continue;
            }

            foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
            {
                if (BlockOf(property.Type) is { } inner)
                {
                    pending.Push(inner);
                }
            }
        }

        return false;
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Parsing;

/// <summary>How an emitted file and the type parts in it are named.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat WithoutGlobal =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>The name of a type's emitted file.</summary>
    public static string HintName(INamedTypeSymbol type) => $"{Full(type)}{CaseMark(type)}.g.cs";

    /// <summary>The full metadata name: no two types of an assembly share it.</summary>
    public static string Full(INamedTypeSymbol type)
    {
        var name = type.MetadataName;
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            name = outer.MetadataName + "+" + name;
        }

        for (var outer = type.ContainingNamespace; !outer.IsGlobalNamespace; outer = outer.ContainingNamespace)
        {
            name = outer.Name + "." + name;
        }

        return name;
    }

    public static string Namespace(INamedTypeSymbol type) =>
        type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString(WithoutGlobal);

    /// <summary>The types around a part, outermost first.</summary>
    public static EquatableArray<ContainerModel> Containers(TypeDeclarationSyntax part) =>
        part.Ancestors().OfType<TypeDeclarationSyntax>().Reverse()
            .Select(static type => new ContainerModel($"partial {Keyword(type)} {type.Identifier.Text}{TypeParameters(type)}"))
            .ToImmutableArray();

    public static string TypeParameters(TypeDeclarationSyntax part) => part.TypeParameterList is not { Parameters: var all }
        ? string.Empty
        : $"<{string.Join(", ", all.Select(static p => $"{p.VarianceKeyword.Text} {p.Identifier.Text}".Trim()))}>";

    /// <summary>File names ignore case, types do not: siblings that differ in case only are told apart by their order.</summary>
    private static string CaseMark(INamedTypeSymbol type)
    {
        INamespaceOrTypeSymbol container = type.ContainingType is { } outer ? outer : type.ContainingNamespace;
        var alike = container.GetTypeMembers().Select(static sibling => sibling.MetadataName)
            .Where(name => string.Equals(name, type.MetadataName, StringComparison.OrdinalIgnoreCase))
            .OrderBy(static name => name, StringComparer.Ordinal).ToList();
        return alike.Count <= 1 ? string.Empty : $".{alike.IndexOf(type.MetadataName)}";
    }

    private static string Keyword(TypeDeclarationSyntax type) =>
        type is RecordDeclarationSyntax { ClassOrStructKeyword.Text: { Length: > 0 } kind }
            ? "record " + kind
            : type.Keyword.Text;
}

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

    /// <summary>The full metadata name: no two types of an assembly share it.</summary>
    public static string HintName(INamedTypeSymbol type)
    {
        var name = type.MetadataName;
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            name = outer.MetadataName + "+" + name;
        }

        return (type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString() + ".") + name + ".g.cs";
    }

    public static string Namespace(INamedTypeSymbol type) =>
        type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString(WithoutGlobal);

    /// <summary>The types around a part, outermost first.</summary>
    public static EquatableArray<ContainerModel> Containers(TypeDeclarationSyntax part) =>
        part.Ancestors().OfType<TypeDeclarationSyntax>().Reverse().Select(static container => new ContainerModel(
            $"partial {Keyword(container)} {container.Identifier.Text}{TypeParameters(container)}")).ToImmutableArray();

    public static string TypeParameters(TypeDeclarationSyntax part) => part.TypeParameterList is not { } list
        ? string.Empty
        : "<" + string.Join(", ", list.Parameters.Select(static p => (p.VarianceKeyword.Text + " " + p.Identifier.Text).Trim())) + ">";

    private static string Keyword(TypeDeclarationSyntax type) => type is RecordDeclarationSyntax { ClassOrStructKeyword.Text: { Length: > 0 } kind }
        ? "record " + kind
        : type.Keyword.Text;
}

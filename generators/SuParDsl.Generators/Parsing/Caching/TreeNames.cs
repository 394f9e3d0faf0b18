using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuParDsl.Generators.Parsing.Caching;

/// <summary>
/// The names that a file uses, and the names by which it affects other files. They are read once per version of the file.
/// </summary>
internal sealed class TreeNames
{
    private static readonly ConditionalWeakTable<SyntaxTree, TreeNames> Known = new();

    private readonly Lazy<HashSet<string>> used;

    private TreeNames(SyntaxNode root)
    {
        used = new(() => new(Identifiers(root), StringComparer.OrdinalIgnoreCase));
        if (root is CompilationUnitSyntax unit)
        {
            IsGlobal = unit.Externs.Count > 0 || unit.AttributeLists.Count > 0
                || unit.Usings.Any(static u => u.GlobalKeyword.RawKind != 0);
        }

        Declare(root);
    }

    /// <summary>Every identifier in the file. It is read lazily, because most files are never asked for it.</summary>
    public HashSet<string> Used => used.Value;

    /// <summary>The types and extension members that it declares.</summary>
    public HashSet<string> Declared { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The namespaces that it declares something in; most files of a project share one.</summary>
    public HashSet<string> Namespaces { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the file affects every other file, as a global using or an assembly attribute does.</summary>
    public bool IsGlobal { get; }

    public static TreeNames Of(SyntaxTree tree) => Known.GetValue(tree, static t => new TreeNames(t.GetRoot()));

    private static IEnumerable<string> Identifiers(SyntaxNode node) =>
        node.DescendantTokens().Where(static token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(static token => token.ValueText);

    private void Declare(SyntaxNode node)
    {
        foreach (var child in node.ChildNodes())
        {
            switch (child)
            {
                case BaseNamespaceDeclarationSyntax space:
                    Namespaces.UnionWith(space.Name.DescendantTokens().Select(static token => token.ValueText));
                    Declare(space);
                    break;
                case BaseTypeDeclarationSyntax type:
                    Declared.Add(type.Identifier.ValueText);
                    Declare(type);
                    break;
                case DelegateDeclarationSyntax @delegate:
                    Declared.Add(@delegate.Identifier.ValueText);
                    break;
                case MethodDeclarationSyntax { ParameterList.Parameters: [{ Modifiers: var modifiers }, ..] } method
                    when modifiers.Any(SyntaxKind.ThisKeyword):
                    Declared.Add(method.Identifier.ValueText);
                    break;
            }

            // Extension blocks are newer than the compiler that this is built against, so their syntax kind has no name here.
            if (child is MemberDeclarationSyntax and not PropertyDeclarationSyntax
                && child.GetFirstToken().ValueText == "extension")
            {
                Declared.UnionWith(Identifiers(child));
            }
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuParDsl.Generators.Tests.Structure;

/// <summary>Which files of a project name what other files declare, as the compiler binds the names.</summary>
internal static class SourceGraph
{
    /// <summary>
    /// The arrows between the files below a folder, one for each pair of files. Paths are relative to the folder.
    /// </summary>
    public static IReadOnlyList<Arrow> Files(CSharpCompilation compilation, string folder)
    {
        var arrows = new Dictionary<(string From, string To), Arrow>();
        foreach (var tree in compilation.SyntaxTrees.Where(IsInFolder))
        {
            var model = compilation.GetSemanticModel(tree);
            var names = tree.GetRoot().DescendantNodes()
                .Where(static node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax);
            foreach (var name in names)
            {
                if (model.GetSymbolInfo(name).Symbol is { } symbol && Declares(symbol) && Declaring(symbol, tree) is { } other)
                {
                    var arrow = new Arrow(
                        Relative(tree), Relative(other),
                        symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
                    arrows.TryAdd((arrow.From, arrow.To), arrow);
                }
            }
        }

        return [.. arrows.Values];

        bool IsInFolder(SyntaxTree tree) =>
            tree.FilePath.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

        string Relative(SyntaxTree tree) => Path.GetRelativePath(folder, tree.FilePath).Replace('\\', '/');

        // Null if the file itself declares the symbol or a part of it.
        SyntaxTree? Declaring(ISymbol symbol, SyntaxTree tree)
        {
            var declaring = symbol.Locations.Where(static place => place.IsInSource).Select(static place => place.SourceTree!)
                .ToList();
            return declaring.Contains(tree) ? null : declaring.FirstOrDefault(IsInFolder);
        }
    }

    /// <summary>The arrows between folders that follow from those between files.</summary>
    public static IReadOnlyList<Arrow> Folders(IEnumerable<Arrow> files) =>
        [.. files.Select(static arrow =>
            new Arrow(Folder(arrow.From), Folder(arrow.To), $"{arrow.From} → {arrow.To} ({arrow.Reason})"))
            .Where(static arrow => arrow.From != arrow.To)];

    private static string Folder(string file) => file.LastIndexOf('/') is > 0 and var slash ? file[..slash] : ".";

    private static bool Declares(ISymbol symbol) => symbol
        is INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol;
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Parsing.Symbols;

/// <summary>How an emitted file and the type parts in it are named.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat WithoutGlobal =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    // File systems allow 255 bytes for a name, and Windows 260 characters for a whole path.
    private const int LongestName = 100;

    private static readonly string[] Devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];

    /// <summary>
    /// The name of a type's emitted file. It is the type's name if no file system can confuse that with another one. Otherwise a
    /// hash of the name follows, because names may differ only in the case of a namespace, in how their letters are composed, or
    /// after the longest length.
    /// </summary>
    public static string HintName(INamedTypeSymbol type)
    {
        var name = Full(type);
        var isPlain = name.Length <= LongestName && name.All(static letter => letter < 128)
            && !HasTwinAround(type) && !IsDevice(name);
        return isPlain ? $"{name}{CaseMark(type)}.g.cs" : $"{Readable(name)}.{Hash(name):x16}.g.cs";
    }

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

    private static bool IsDevice(string name)
    {
        var first = name.Split('.')[0];
        return Devices.Contains(first, StringComparer.OrdinalIgnoreCase)
            || (first.Length == 4 && char.IsDigit(first[3])
                && (first.StartsWith("com", StringComparison.OrdinalIgnoreCase)
                    || first.StartsWith("lpt", StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>
    /// The end of a name, which is its most specific part, without letters that file systems compose in several ways.
    /// </summary>
    private static string Readable(string name)
    {
        var plain = string.Concat(name.Select(static letter => letter < 128 ? letter : '_'));
        var end = plain.Length <= LongestName ? plain : plain.Substring(plain.Length - LongestName);
        return IsDevice(end) ? "_" + end : end.TrimStart('.', '+');
    }

    /// <summary>The 64-bit FNV-1a hash of a name.</summary>
    private static ulong Hash(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in name)
        {
            hash = unchecked((hash ^ (letter & 0xffUL)) * 1099511628211UL);
            hash = unchecked((hash ^ ((ulong)letter >> 8)) * 1099511628211UL);
        }

        return hash;
    }

    /// <summary>Whether a namespace or type around a type has a sibling whose name differs in case only.</summary>
    private static bool HasTwinAround(INamedTypeSymbol type)
    {
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (Alike(outer).Count > 1)
            {
                return true;
            }
        }

        for (var outer = type.ContainingNamespace; !outer.IsGlobalNamespace; outer = outer.ContainingNamespace)
        {
            if (outer.ContainingNamespace.GetNamespaceMembers()
                .Count(space => string.Equals(space.Name, outer.Name, StringComparison.OrdinalIgnoreCase)) > 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>File names ignore case, types do not: siblings that differ in case only are told apart by their order.</summary>
    private static string CaseMark(INamedTypeSymbol type)
    {
        var alike = Alike(type);
        return alike.Count <= 1 ? string.Empty : $".{alike.IndexOf(type.MetadataName)}";
    }

    /// <summary>The metadata names of a type and its siblings that differ from it in case only, in order.</summary>
    private static List<string> Alike(INamedTypeSymbol type)
    {
        INamespaceOrTypeSymbol container = type.ContainingType is { } outer ? outer : type.ContainingNamespace;
        return [.. container.GetTypeMembers().Select(static sibling => sibling.MetadataName)
            .Where(name => string.Equals(name, type.MetadataName, StringComparison.OrdinalIgnoreCase))
            .OrderBy(static name => name, StringComparer.Ordinal)];
    }

    private static string Keyword(TypeDeclarationSyntax type) =>
        type is RecordDeclarationSyntax { ClassOrStructKeyword.Text: { Length: > 0 } kind }
            ? "record " + kind
            : type.Keyword.Text;
}

using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SuParDsl.Docs.Tests.Pages;
using SuParDsl.Generators.Tests;

namespace SuParDsl.Docs.Tests.Language;

/// <summary>The runtime's public types with their XML documentation, as the compiler reads them from the sources.</summary>
internal static partial class RuntimeSymbols
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.IO;
        global using System.Threading;
        global using TorchSharp;
        global using Tensor = TorchSharp.torch.Tensor;
        """;

    private static readonly Lazy<CSharpCompilation> Compilation = new(Compile);

    /// <summary>The public types of the library, by name.</summary>
    public static IReadOnlyDictionary<string, INamedTypeSymbol> Types { get; } =
        TypesOf(Compilation.Value.GlobalNamespace.GetNamespaceMembers().Single(static space => space.Name == "SuParDsl"))
            .GroupBy(static type => type.Name).ToDictionary(static group => group.Key, static group => group.First());

    /// <summary>The summary of a symbol as one line of Markdown that may stand in a table.</summary>
    public static string Summary(ISymbol symbol) => Part(symbol, "summary");

    /// <summary>The documentation of a method's parameter.</summary>
    public static string Of(ISymbol symbol, string parameter) => Part(symbol, $"param name=\"{parameter}\"");

    private static string Part(ISymbol symbol, string element)
    {
        var xml = symbol.GetDocumentationCommentXml() ?? string.Empty;
        var match = Regex.Match(xml, $"<{element}>(.*?)</{element.Split(' ')[0]}>", RegexOptions.Singleline);
        var text = Reference().Replace(
            match.Groups[1].Value, static link => $"`{link.Groups[1].Value.Split('.', ':')[^1].Split('(', '`')[0]}`");
        text = Code().Replace(text, "`$1`");
        text = System.Net.WebUtility.HtmlDecode(Tag().Replace(text, string.Empty));
        return White().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceSymbol space) =>
    [
        .. space.GetTypeMembers().Where(static type => type.DeclaredAccessibility == Accessibility.Public),
        .. space.GetNamespaceMembers().SelectMany(TypesOf),
    ];

    private static CSharpCompilation Compile()
    {
        var folder = Documentation.PathOf("src/SuParDsl");
        string[] outside = ["obj", "bin", "build"];
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !outside.Contains(Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[0]))
            .Select(File.ReadAllText).Append(Usings);
        var references =
            Harness.Compile().References.Where(static reference => Path.GetFileName(reference.Display) != "SuParDsl.dll");
        return CSharpCompilation.Create(
            "SuParDsl", sources.Select(static source => CSharpSyntaxTree.ParseText(source, Harness.ParseOptions)), references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    [GeneratedRegex("""<(?:see|paramref|typeparamref) (?:cref|name|langword)="([^"]*)" ?/>""")]
    private static partial Regex Reference();

    [GeneratedRegex("<c>(.*?)</c>", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}

using System.Text;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace SuParDsl.Generators.Tests.Structure;

/// <summary>
/// Compiles the sources of a project from its folder, without MSBuild. Packages that this test project does not reference
/// are missing from the compilation. A name that only they could bind is not an arrow between files of the project anyway.
/// </summary>
internal static class ProjectSources
{
    // The namespaces of Microsoft.NET.Sdk with ImplicitUsings.
    private static readonly string[] ImplicitUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks",
    ];

    public static CSharpCompilation Compile(string folder)
    {
        var name = Path.GetFileName(folder);
        var project = Path.Combine(folder, name + ".csproj");
        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None);
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !IsBuilt(Path.GetRelativePath(folder, file))).Concat(Linked(project)).Order(StringComparer.Ordinal);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => IsReferenced(project, Path.GetFileNameWithoutExtension(path)))
            .Select(static path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create(
            name,
            [
                CSharpSyntaxTree.ParseText(Usings(project), options),
                .. files.Select(
                    file => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(file), Encoding.UTF8), options, file)),
            ],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    private static bool IsBuilt(string path) => path.Split(Path.DirectorySeparatorChar)[0] is "bin" or "obj" or "build";

    // Leave out projects that this one does not reference, because their types could hide this one's.
    private static bool IsReferenced(string project, string assembly) =>
        !assembly.StartsWith("SuParDsl", StringComparison.Ordinal)
            || Items(project, "ProjectReference")
                .Any(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value.Replace('\\', '/')) == assembly);

    /// <summary>The files that a project compiles although they are in another project's folder.</summary>
    private static IEnumerable<string> Linked(string project) => Items(project, "Compile")
        .SelectMany(static item =>
            ((string?)item.Attribute("Include") ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries))
        .Select(path => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, path)));

    private static string Usings(string project)
    {
        var imported = Path.Combine(
            Path.GetDirectoryName(project)!, "build", Path.GetFileNameWithoutExtension(project) + ".props");
        string[] files = [project, imported];
        var own = files.Where(File.Exists).SelectMany(static file => Items(file, "Using")).Select(static item =>
            $"global using {(item.Attribute("Static") is null ? string.Empty : "static ")}"
            + $"{(item.Attribute("Alias") is { } alias ? alias.Value + " = " : string.Empty)}"
            + $"{item.Attribute("Include")!.Value};");
        return string.Join("\n", ImplicitUsings.Select(static space => $"global using {space};").Concat(own));
    }

    private static IEnumerable<XElement> Items(string file, string kind) => XDocument.Load(file).Descendants(kind);
}

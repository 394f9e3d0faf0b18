using System.Globalization;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SuParDsl.Tool;

/// <summary>The state of a project's sources: their names, sizes and times.</summary>
internal static class SourceState
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".csproj", ".props", ".targets", ".resx", ".editorconfig", ".globalconfig",
    };

    private static readonly string[] Above =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "Directory.Build.rsp", "global.json",
        "nuget.config", "NuGet.Config", ".editorconfig", ".globalconfig",
    ];

    /// <summary>A checksum that changes if a source of the project, or of a project that it references, changes.</summary>
    /// <param name="project">The project file. The projects that it references are those of its last restore.</param>
    public static string Of(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        List<string> folders = [folder, .. References(Path.Combine(folder, "obj", "project.assets.json"))];
        var files = folders.SelectMany(Sources).Concat(folders.SelectMany(FilesAbove)).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var file in files.Select(static file => new FileInfo(file)))
        {
            var size = file.Exists ? file.Length : -1;
            text.Append(CultureInfo.InvariantCulture, $"{file.FullName}\n{size} {file.LastWriteTimeUtc.Ticks}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IEnumerable<string> Sources(string folder) => new FileSystemEnumerable<string>(
        folder,
        static (ref FileSystemEntry entry) => entry.ToFullPath(),
        new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 })
    {
        ShouldIncludePredicate = static (ref FileSystemEntry entry) =>
            !entry.IsDirectory && Extensions.Contains(Path.GetExtension(entry.FileName.ToString())),
        ShouldRecursePredicate = static (ref FileSystemEntry entry) =>
            entry.FileName is not "bin" and not "obj" && !entry.FileName.StartsWith('.')
            && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };

    private static IEnumerable<string> FilesAbove(string folder)
    {
        for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
        {
            foreach (var name in Above.Where(name => File.Exists(Path.Combine(place.FullName, name))))
            {
                yield return Path.Combine(place.FullName, name);
            }
        }
    }

    // NuGet's file lists every project that this one references, directly or through others.
    private static List<string> References(string assets)
    {
        if (!File.Exists(assets))
        {
            return [];
        }

        using var file = JsonDocument.Parse(File.ReadAllText(assets));
        return
        [
            .. file.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(static library => library.Value.GetProperty("type").GetString() == "project")
                .Select(library => Path.GetDirectoryName(Path.GetFullPath(
                    library.Value.GetProperty("msbuildProject").GetString()!,
                    Path.GetDirectoryName(Path.GetDirectoryName(assets)!)!))!),
        ];
    }
}

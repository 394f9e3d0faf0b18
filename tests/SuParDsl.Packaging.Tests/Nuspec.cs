using System.IO.Compression;
using System.Xml.Linq;

namespace SuParDsl.Packaging.Tests;

/// <summary>The dependencies that a package declares.</summary>
internal static class Nuspec
{
    public static IReadOnlyList<(string Id, string Version)> Dependencies(ZipArchive package)
    {
        using var nuspec = package.Entries.Single(static entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal))
            .Open();
        return [.. XDocument.Load(nuspec).Descendants().Where(static element => element.Name.LocalName == "dependency")
            .Select(static element => ((string)element.Attribute("id")!, (string)element.Attribute("version")!))];
    }
}

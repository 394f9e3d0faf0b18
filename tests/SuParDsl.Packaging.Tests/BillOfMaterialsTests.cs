using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace SuParDsl.Packaging.Tests;

/// <summary>Compares the package's bill of materials with the package.</summary>
[Collection(nameof(Workshop))]
public sealed class BillOfMaterialsTests(Workshop workshop)
{
    [Fact]
    public void It_lists_what_the_package_holds_and_needs()
    {
        using var package = ZipFile.OpenRead(workshop.Package);
        using var bom = JsonDocument.Parse(package.GetEntry("sbom.cdx.json")!.Open());
        var root = bom.RootElement;
        Assert.Equal(
            ("CycloneDX", "1.6", 1),
            (Text(root, "bomFormat"), Text(root, "specVersion"), root.GetProperty("version").GetInt32()));
        var subject = root.GetProperty("metadata").GetProperty("component");
        var (name, version) = (Text(subject, "name"), Text(subject, "version"));
        Assert.Equal(("SuParDsl", $"pkg:nuget/{name}@{version}"), (name, Text(subject, "purl")));

        var components = root.GetProperty("components").EnumerateArray().ToList();
        var libraries = components.Where(static c => Text(c, "type") == "library").ToDictionary(static c => Text(c, "name"));
        Assert.All(libraries.Values, static library => Assert.NotEqual(0, library.GetProperty("licenses").GetArrayLength()));
        Assert.Contains("libtorch", libraries);
        Assert.All(Nuspec.Dependencies(package), dependency =>
        {
            Assert.Equal(dependency.Version, Text(libraries[dependency.Id], "version"));
            Assert.Equal($"pkg:nuget/{dependency.Id}@{dependency.Version}", Text(libraries[dependency.Id], "purl"));
            Assert.Equal(128, Text(libraries[dependency.Id].GetProperty("hashes")[0], "content").Length);
        });

        // Each compiled file is listed with the checksum of the file in the package.
        Assert.Equal(
            package.Entries.Select(static entry => entry.FullName).Where(static name => Path.GetExtension(name) == ".dll")
                .Order(StringComparer.Ordinal),
            components.Where(static c => Text(c, "type") == "file").Select(static c => Text(c, "name")));
        Assert.All(components.Where(static c => Text(c, "type") == "file"), file =>
        {
            using var content = package.GetEntry(Text(file, "name"))!.Open();
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), Text(file.GetProperty("hashes")[0], "content"));
        });

        // The graph starts at the package and reaches every library.
        var edges = root.GetProperty("dependencies").EnumerateArray()
            .ToDictionary(
                static d => Text(d, "ref"),
                static d => d.GetProperty("dependsOn").EnumerateArray().Select(static on => on.GetString()!).ToList());
        HashSet<string> reached = [];
        void Reach(string reference)
        {
            if (reached.Add(reference))
            {
                edges.GetValueOrDefault(reference, []).ForEach(Reach);
            }
        }

        Reach(Text(subject, "bom-ref"));
        Assert.Equal(
            [.. libraries.Values.Append(subject).Select(static library => Text(library, "bom-ref")).Order()], reached.Order());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}

using System.Text.Json;
using System.Xml.Linq;

namespace SuParDsl.Sbom;

/// <summary>A package that a project gets when it references the library.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">The version that the library was compiled with.</param>
/// <param name="Sha512">The SHA-512 of its content, in base 64.</param>
/// <param name="Licence">An SPDX expression, or the address of its text; null where it names none.</param>
/// <param name="IsDirect">Whether the library itself asks for it.</param>
/// <param name="Dependencies">The names of the packages that it asks for.</param>
internal sealed record RestoredPackage(
    string Id, string Version, string Sha512, string? Licence, bool IsDirect, IReadOnlyList<string> Dependencies);

/// <summary>Reads what a restore resolved.</summary>
internal static class RestoredPackages
{
    /// <summary>
    /// The packages that the library's users get, without those that only its build needs (<c>PrivateAssets</c>).
    /// </summary>
    public static IEnumerable<RestoredPackage> Read(string assetsFile)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(assetsFile));
        var root = assets.RootElement;
        var resolved = root.GetProperty("targets").EnumerateObject().Single().Value.EnumerateObject()
            .Where(static library => library.Value.GetProperty("type").GetString() == "package")
            .ToDictionary(static library => library.Name.Split('/')[0], StringComparer.OrdinalIgnoreCase);
        var direct = Direct(root).ToHashSet(StringComparer.OrdinalIgnoreCase);

        SortedSet<string> reached = new(StringComparer.OrdinalIgnoreCase);
        void Reach(string id)
        {
            if (resolved.TryGetValue(id, out var package) && reached.Add(id))
            {
                DependenciesOf(package.Value).ToList().ForEach(Reach);
            }
        }

        direct.ToList().ForEach(Reach);
        return [.. reached.Select(id => Package(root, resolved[id], direct.Contains(id), reached))];
    }

    private static RestoredPackage Package(JsonElement root, JsonProperty resolved, bool isDirect, SortedSet<string> reached)
    {
        var library = root.GetProperty("libraries").GetProperty(resolved.Name);
        var (id, version) = resolved.Name.Split('/') is [var name, var number] ? (name, number) : default;
        var folder = root.GetProperty("packageFolders").EnumerateObject()
            .Select(packages => Path.Combine(packages.Name, library.GetProperty("path").GetString()!)).First(Directory.Exists);
        return new(
            id, version, library.GetProperty("sha512").GetString()!, LicenceOf(Directory.GetFiles(folder, "*.nuspec").Single()),
            isDirect, [.. DependenciesOf(resolved.Value).Where(reached.Contains)]);
    }

    private static IEnumerable<string> Direct(JsonElement root) =>
        root.GetProperty("project").GetProperty("frameworks").EnumerateObject().Single().Value is var framework
        && framework.TryGetProperty("dependencies", out var dependencies)
            ? dependencies.EnumerateObject()
                .Where(static d =>
                    !(d.Value.TryGetProperty("suppressParent", out var suppressed) && suppressed.GetString() == "All"))
                .Select(static d => d.Name)
            : [];

    private static IEnumerable<string> DependenciesOf(JsonElement package) =>
        package.TryGetProperty("dependencies", out var dependencies)
            ? dependencies.EnumerateObject().Select(static d => d.Name)
            : [];

    private static string? LicenceOf(string nuspec)
    {
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single(static element => element.Name.LocalName == "metadata");
        string? Text(string name, Func<XElement, bool> suits) =>
            metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name && suits(element))?.Value;
        return Text("license", static element => (string?)element.Attribute("type") == "expression")
            ?? Text("licenseUrl", static element => element.Value.Length > 0);
    }
}

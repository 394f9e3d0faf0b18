using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace SuParDsl.Sbom;

/// <summary>A file of the package.</summary>
/// <param name="Place">Its path in the package.</param>
/// <param name="Path">Its current path.</param>
internal sealed record PackedFile(string Place, string Path);

/// <summary>
/// A bill of materials in CycloneDX's JSON. It has neither a serial number nor a time, which the format leaves optional, so
/// that two packs of one commit are the same bytes.
/// </summary>
internal static class Bom
{
    public const string SpecVersion = "1.6";

    // libtorch has no version here, because the package's user chooses the build: for the CPU, or with CUDA.
    private static JsonObject LibTorch => new()
    {
        ["type"] = "library",
        ["bom-ref"] = "pkg:generic/libtorch",
        ["name"] = "libtorch",
        ["description"] =
            "PyTorch's C++ library, from libtorch-cpu-linux-x64 or TorchSharp-cuda-linux, which the package's user references",
        ["licenses"] = Licences("BSD-3-Clause"),
        ["purl"] = "pkg:generic/libtorch",
    };

    /// <summary>The bill of a package.</summary>
    public static JsonObject Of(
        string id, string version, string licence, IReadOnlyList<RestoredPackage> packages, IReadOnlyList<PackedFile> files)
    {
        var references = packages.ToDictionary(
            static p => p.Id, static p => Purl(p.Id, p.Version), StringComparer.OrdinalIgnoreCase);
        return new()
        {
            ["$schema"] = $"http://cyclonedx.org/schema/bom-{SpecVersion}.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = SpecVersion,
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["component"] = Library(id, version, licence) },
            ["components"] = new JsonArray(
                [
                    .. packages.Select(Component),
                    LibTorch,
                    .. files.OrderBy(static f => f.Place, StringComparer.Ordinal).Select(File),
                ]),
            ["dependencies"] = new JsonArray(
            [
                Dependency(
                    Purl(id, version),
                    [.. packages.Where(static p => p.IsDirect).Select(p => references[p.Id]), "pkg:generic/libtorch"]),
                .. packages.Select(p => Dependency(references[p.Id], p.Dependencies.Select(d => references[d]))),
            ]),
        };
    }

    private static string Purl(string id, string version) => $"pkg:nuget/{id}@{version}";

    private static JsonObject Library(string id, string version, string? licence) => new()
    {
        ["type"] = "library",
        ["bom-ref"] = Purl(id, version),
        ["name"] = id,
        ["version"] = version,
        ["licenses"] = Licences(licence),
        ["purl"] = Purl(id, version),
    };

    private static JsonObject Component(RestoredPackage package)
    {
        var component = Library(package.Id, package.Version, package.Licence);
        component["hashes"] = Hashes("SHA-512", Convert.FromBase64String(package.Sha512));
        return component;
    }

    private static JsonObject File(PackedFile file) => new()
    {
        ["type"] = "file",
        ["name"] = file.Place,
        ["hashes"] = Hashes("SHA-256", SHA256.HashData(System.IO.File.ReadAllBytes(file.Path))),
    };

    private static JsonObject Dependency(string reference, IEnumerable<string> on) => new()
    {
        ["ref"] = reference,
        ["dependsOn"] = new JsonArray([.. on.Select(static name => JsonValue.Create(name))]),
    };

    private static JsonArray Hashes(string algorithm, byte[] hash) =>
        [new JsonObject { ["alg"] = algorithm, ["content"] = Convert.ToHexStringLower(hash) }];

    private static JsonArray Licences(string? licence) => licence switch
    {
        null => [],
        _ when Uri.IsWellFormedUriString(licence, UriKind.Absolute) =>
            [new JsonObject { ["license"] = new JsonObject { ["name"] = "see its address", ["url"] = licence } }],
        _ => [new JsonObject { ["expression"] = licence }],
    };
}

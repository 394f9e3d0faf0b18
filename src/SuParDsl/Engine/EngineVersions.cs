using System.Reflection;

namespace SuParDsl.Engine;

/// <summary>
/// The versions that the library was built and tested with. The project file reads them from Directory.Packages.props.
/// </summary>
internal static class EngineVersions
{
    /// <summary>TorchSharp's version.</summary>
    public static string TorchSharp { get; } = Metadata("TorchSharpVersion");

    /// <summary>The version of libtorch that this TorchSharp needs.</summary>
    public static string LibTorch { get; } = Metadata("LibTorchVersion");

    private static string Metadata(string key) => typeof(EngineVersions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(data => data.Key == key).Value!;
}

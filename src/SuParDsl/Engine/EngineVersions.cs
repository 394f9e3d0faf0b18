namespace SuParDsl.Engine;

/// <summary>The versions that the library was built and tested with: Directory.Packages.props has the same.</summary>
internal static class EngineVersions
{
    public const string TorchSharp = "0.107.0", LibTorch = "2.10.0";
}

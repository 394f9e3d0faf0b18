using SuParDsl.Engine;
using TorchSharp;

namespace SuParDsl.Tests.Engine;

/// <summary>TorchSharp's native library from its package.</summary>
internal static class NativeLibraryFile
{
    public static string Path { get; } = NativeFolders.Of(typeof(torch).Assembly)
        .Select(static folder => System.IO.Path.Combine(folder, "libLibTorchSharp.so")).First(File.Exists);
}

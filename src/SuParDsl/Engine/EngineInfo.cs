using System.Diagnostics;
using TorchSharp;

namespace SuParDsl.Engine;

/// <summary>Which TorchSharp this process has loaded, and from where.</summary>
/// <param name="TorchSharp">TorchSharp's version.</param>
/// <param name="LibTorch">The version of libtorch that TorchSharp was built for.</param>
/// <param name="NativeLibrary">The file of TorchSharp's native library.</param>
/// <param name="IsCopy">
/// Whether that file is a copy, made because this system's C++ library is older than the one that the package was built with.
/// </param>
public sealed record EngineInfo(string TorchSharp, string LibTorch, string NativeLibrary, bool IsCopy)
{
    /// <summary>Loads the native libraries, if they are not loaded yet, and returns information about them.</summary>
    /// <exception cref="EngineException">They cannot be loaded.</exception>
    public static EngineInfo Read()
    {
        NativeEngine.Load();
        using var any = torch.zeros(1); // TorchSharp's own loader loads the library at the first call.
        var assembly = typeof(torch).Assembly;
        using var process = Process.GetCurrentProcess();
        var library = process.Modules.Cast<ProcessModule>().Select(static module => module.FileName)
            .First(static file => Path.GetFileName(file).Contains("LibTorchSharp.", StringComparison.Ordinal));
        var isOriginal = NativeFolders.Of(assembly).Contains(Path.GetDirectoryName(library));
        return new(
            assembly.GetName().Version!.ToString(3), Version.Parse(torch.__version__).ToString(3), library, IsCopy: !isOriginal);
    }
}

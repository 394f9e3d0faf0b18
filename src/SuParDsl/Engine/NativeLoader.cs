using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SuParDsl.Engine;

/// <summary>Loads TorchSharp's native library from a program's folders, or explains why it cannot be loaded.</summary>
[SupportedOSPlatform("linux")]
internal static class NativeLoader
{
    /// <summary>The library's name in TorchSharp's declarations.</summary>
    public const string Name = "LibTorchSharp";

    private const string FileName = "libLibTorchSharp.so", LibTorch = "libtorch_cpu.so";

    /// <summary>
    /// The libraries that the native library depends on and that TorchSharp's packages contain, in dependency order.
    /// </summary>
    private static readonly string[] Needed = ["libc10.so", LibTorch, "libtorch.so"];

    /// <summary>Loads the library, or a copy of it that works with an older C++ library (<see cref="OlderCxxCopy"/>).</summary>
    /// <param name="folders">The folders to search before those of the dynamic linker.</param>
    /// <returns>The library's handle.</returns>
    /// <exception cref="EngineException">It cannot be loaded.</exception>
    public static nint Load(IReadOnlyList<string> folders)
    {
        // The program may have loaded it, or a second TorchSharp in another AssemblyLoadContext. Two copies would share no state.
        if (DynamicLinker.Loaded(FileName) is var present and not 0)
        {
            return present;
        }

        // A copy in another folder finds these by name only if they are loaded already.
        foreach (var name in Needed)
        {
            LoadNeeded(name, folders);
        }

        var handle = DynamicLinker.TryLoad(Find(folders, FileName) ?? FileName, out var error);
        if (handle != 0)
        {
            return handle;
        }

        if (error.Contains(OlderCxxCopy.MissingVersion, StringComparison.Ordinal) && LinkerErrors.RequiredBy(error) is { } path)
        {
            return OlderCxxCopy.Load(path);
        }

        throw IsNotFound(FileName, error)
            ? NotFound(FileName, folders, $"TorchSharp {EngineVersions.TorchSharp}")
            : LinkerErrors.Explain(FileName, error);
    }

    /// <summary>Loads a library that TorchSharp's depends on, unless it is loaded already.</summary>
    /// <exception cref="EngineException">The library is missing, cannot be loaded, or has another version.</exception>
    public static void LoadNeeded(string name, IReadOnlyList<string> folders)
    {
        var path = Find(folders, name) ?? name;
        if (DynamicLinker.Loaded(name) is var present and not 0)
        {
            // The program may have loaded it on purpose, for example from Python's PyTorch. Or the runtime's search has loaded
            // the system's, because the program's own cannot be loaded.
            if (name == LibTorch && LibTorchVersion.Of(present) is var found && !LibTorchVersion.IsExpected(found))
            {
                throw DynamicLinker.TryLoad(path, out var why) == 0
                    ? LinkerErrors.Explain(name, why)
                    : LinkerErrors.WrongLibTorch(DynamicLinker.PathOf(name) ?? name, found);
            }

            return;
        }

        var handle = DynamicLinker.TryLoad(path, out var error);
        if (handle == 0)
        {
            throw IsNotFound(name, error)
                ? NotFound(name, folders,
                    $"libtorch-cpu-linux-x64 {EngineVersions.LibTorch} (or TorchSharp-cuda-linux {EngineVersions.TorchSharp})")
                : LinkerErrors.Explain(name, error);
        }

        if (name == LibTorch && LibTorchVersion.Of(handle) is var version && !LibTorchVersion.IsExpected(version))
        {
            throw LinkerErrors.WrongLibTorch(path, version);
        }
    }

    private static bool IsNotFound(string name, string error) =>
        error.StartsWith(name + ": cannot open shared object file", StringComparison.Ordinal);

    private static EngineException NotFound(string name, IReadOnlyList<string> folders, string package) =>
        new(RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? $"{name} is in none of the program's folders ({string.Join(", ", folders)}): "
                + $"reference the package {package} in the project that is run, and build or publish it for linux-x64"
            : $"TorchSharp has no native library for Linux on {RuntimeInformation.ProcessArchitecture}: it needs an x64 process");

    private static string? Find(IReadOnlyList<string> folders, string name) =>
        folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}

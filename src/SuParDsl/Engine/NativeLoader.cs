using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SuParDsl.Engine;

/// <summary>Loads TorchSharp's native library from a program's folders, or says what keeps it from loading.</summary>
[SupportedOSPlatform("linux")]
internal static class NativeLoader
{
    /// <summary>The library's name in TorchSharp's declarations.</summary>
    public const string Name = "LibTorchSharp";

    private const string FileName = "libLibTorchSharp.so", LibTorch = "libtorch_cpu.so";

    /// <summary>What the library was linked with and TorchSharp's packages bring, each before those that need it.</summary>
    private static readonly string[] Needed = ["libc10.so", LibTorch, "libtorch.so"];

    /// <summary>Loads the library, or a copy of it that an older C++ library can load: <see cref="OlderCxxCopy"/>.</summary>
    /// <param name="folders">The folders to look in; the dynamic linker's own places follow.</param>
    /// <returns>The library's handle.</returns>
    /// <exception cref="EngineException">It cannot be loaded.</exception>
    public static nint Load(IReadOnlyList<string> folders)
    {
        // Loaded by the program itself, or for a second TorchSharp in another AssemblyLoadContext: two copies would not share a thing.
        if (DynamicLinker.Loaded(FileName) is var present and not 0)
        {
            return present;
        }

        // A copy in another folder finds these by name only when they are in the process already.
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

        throw IsNotFound(FileName, error) ? NotFound(FileName, folders, $"TorchSharp {EngineVersions.TorchSharp}") : LinkerErrors.Explain(FileName, error);
    }

    /// <summary>Loads a library that TorchSharp's was linked with, unless the process has it already.</summary>
    /// <exception cref="EngineException">It is not there, does not load, or is of another version.</exception>
    public static void LoadNeeded(string name, IReadOnlyList<string> folders)
    {
        var path = Find(folders, name) ?? name;
        if (DynamicLinker.Loaded(name) is var present and not 0)
        {
            // The program's own choice, for example a Python PyTorch's; or the system's, which the runtime's search has come upon before the
            // program's, because that does not load.
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
                ? NotFound(name, folders, $"libtorch-cpu-linux-x64 {EngineVersions.LibTorch} (or TorchSharp-cuda-linux {EngineVersions.TorchSharp})")
                : LinkerErrors.Explain(name, error);
        }

        if (name == LibTorch && LibTorchVersion.Of(handle) is var version && !LibTorchVersion.IsExpected(version))
        {
            throw LinkerErrors.WrongLibTorch(path, version);
        }
    }

    private static bool IsNotFound(string name, string error) => error.StartsWith(name + ": cannot open shared object file", StringComparison.Ordinal);

    private static EngineException NotFound(string name, IReadOnlyList<string> folders, string package) =>
        new(RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? $"{name} is in none of the program's folders ({string.Join(", ", folders)}): "
                + $"reference the package {package} in the project that is run, and build or publish it for linux-x64"
            : $"TorchSharp has no native library for Linux on {RuntimeInformation.ProcessArchitecture}: it needs an x64 process");

    private static string? Find(IReadOnlyList<string> folders, string name) =>
        folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace SuParDsl.Engine;

/// <summary>Loads TorchSharp's native library from a program's folders, or says what keeps it from loading.</summary>
[SupportedOSPlatform("linux")]
internal static partial class NativeLoader
{
    /// <summary>The library's name in TorchSharp's declarations.</summary>
    public const string Name = "LibTorchSharp";

    private const string FileName = "libLibTorchSharp.so";

    /// <summary>What the library was linked with and TorchSharp's packages bring, each before those that need it.</summary>
    private static readonly string[] Needed = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>Loads the library, or a copy of it that an older C++ library can load: <see cref="OlderCxxCopy"/>.</summary>
    /// <returns>The library's handle.</returns>
    /// <exception cref="EngineException">It cannot be loaded.</exception>
    public static nint Load(IReadOnlyList<string> folders)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new EngineException($"TorchSharp has no native library for Linux on {RuntimeInformation.ProcessArchitecture}: it needs an x64 process");
        }

        var path = Find(folders, FileName) ?? throw new EngineException(
            $"{FileName} is in none of the program's folders ({string.Join(", ", folders)}): "
            + $"reference the package TorchSharp {EngineVersions.TorchSharp}, and build or publish for linux-x64");
        foreach (var name in Needed)
        {
            LoadNeeded(name, folders);
        }

        var handle = DynamicLinker.TryLoad(path, out var error);
        if (handle != 0)
        {
            return handle;
        }

        return error.Contains(OlderCxxCopy.MissingVersion, StringComparison.Ordinal) ? OlderCxxCopy.Load(path) : throw Explain(FileName, error);
    }

    /// <summary>Puts the linker's words for a missing version, symbol or file into a message that says what to do.</summary>
    public static EngineException Explain(string library, string error)
    {
        var system = RuntimeInformation.OSDescription;
        if (MissingVersion().Match(error) is { Success: true } version)
        {
            return new(
                $"{library} needs {version.Groups[2].Value}, which {Path.GetFileName(version.Groups[1].Value)} of {system} does not have "
                + $"({version.Groups[1].Value}): use Debian 12, Ubuntu 22.04 or a newer system");
        }

        if (MissingSymbol().Match(error) is { Success: true } symbol)
        {
            return new(
                $"{library} needs the function {symbol.Groups[1].Value}, which the libtorch in this process does not have: it must be libtorch "
                + $"{EngineVersions.LibTorch}, so reference libtorch-cpu-linux-x64 {EngineVersions.LibTorch} and remove other copies");
        }

        if (MissingFile().Match(error) is { Success: true } file)
        {
            return new(
                $"{library} needs {file.Groups[1].Value}, which is not on {system}: install the package that has it, or, "
                + $"for a library of libtorch, reference libtorch-cpu-linux-x64 {EngineVersions.LibTorch}");
        }

        return new($"{library} cannot be loaded on {system}: {error}");
    }

    // A copy in another folder finds these by name only when they are in the process already.
    private static void LoadNeeded(string name, IReadOnlyList<string> folders)
    {
        if (DynamicLinker.IsLoaded(name))
        {
            return;
        }

        var path = Find(folders, name) ?? throw new EngineException(
            $"{name} is in none of the program's folders ({string.Join(", ", folders)}): reference the package "
            + $"libtorch-cpu-linux-x64 {EngineVersions.LibTorch} (or TorchSharp-cuda-linux {EngineVersions.TorchSharp}) in the project that is run");
        if (DynamicLinker.TryLoad(path, out var error) == 0)
        {
            throw Explain(name, error);
        }
    }

    private static string? Find(IReadOnlyList<string> folders, string name) =>
        folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    [GeneratedRegex(@"^([^:]+): version `([^']+)' not found")]
    private static partial Regex MissingVersion();

    [GeneratedRegex(@"undefined symbol: ([\w@.]+)")]
    private static partial Regex MissingSymbol();

    [GeneratedRegex(@"^([^:]+): cannot open shared object file")]
    private static partial Regex MissingFile();
}

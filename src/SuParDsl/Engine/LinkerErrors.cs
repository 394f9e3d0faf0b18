using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SuParDsl.Engine;

/// <summary>
/// Turns the dynamic linker's messages into ones that say what is missing, on which system, and what to install.
/// </summary>
internal static partial class LinkerErrors
{
    /// <summary>The error for a library that could not be loaded.</summary>
    public static EngineException Explain(string library, string error) =>
        Missing(library, error) ?? new($"{library} cannot be loaded on {System}: {error}");

    /// <summary>
    /// The error if the linker did not find a version, a symbol or a file, so that another copy
    /// of the library would fail, too; otherwise null.
    /// </summary>
    public static EngineException? Missing(string library, string error)
    {
        if (MissingVersion().Match(error) is { Success: true } version)
        {
            var (provider, needed) = (version.Groups["provider"].Value, version.Groups["version"].Value);
            return new(
                $"{library} needs {needed}, which {Path.GetFileName(provider)} of {System} does not have ({provider}): "
                + "use Debian 12, Ubuntu 22.04 or a newer system");
        }

        if (MissingSymbol().Match(error) is { Success: true } symbol)
        {
            var name = symbol.Groups["symbol"].Value;
            return symbol.Groups["version"] is { Success: true } of
                ? new($"{library} needs the function {name} of {of.Value}, which {System} does not have: "
                    + "use Debian 12, Ubuntu 22.04 or a newer system")
                : new($"{library} needs the function {name}, which the libtorch in this process does not have: {OtherLibTorch}");
        }

        return MissingFile().Match(error) is { Success: true } file
            ? new(
                $"{library} needs {file.Groups["file"].Value}, which is not on {System}: install the package that has it, or, "
                + $"for a library of libtorch, reference libtorch-cpu-linux-x64 {EngineVersions.LibTorch}")
            : null;
    }

    /// <summary>The error for a libtorch other than the one that TorchSharp was built for.</summary>
    public static EngineException WrongLibTorch(string path, string version) =>
        new($"{path} is libtorch {version}: {OtherLibTorch}");

    /// <summary>The file that the linker could not load, if its message names it; otherwise null.</summary>
    public static string? RequiredBy(string error) =>
        RequiringFile().Match(error) is { Success: true } match ? match.Groups["file"].Value : null;

    private static string System => RuntimeInformation.OSDescription;

    private static string OtherLibTorch =>
        $"TorchSharp {EngineVersions.TorchSharp} needs libtorch {EngineVersions.LibTorch}, "
        + $"so reference libtorch-cpu-linux-x64 {EngineVersions.LibTorch} "
        + $"(or TorchSharp-cuda-linux {EngineVersions.TorchSharp}) "
        + "and remove other copies from the program's folders and from LD_LIBRARY_PATH";

    [GeneratedRegex(@"^(?<provider>[^:]+): version `(?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();

    [GeneratedRegex(@"\(required by (?<file>[^)]+)\)")]
    private static partial Regex RequiringFile();

    [GeneratedRegex(@"undefined symbol: (?<symbol>[^\s,]+)(, version (?<version>\S+))?")]
    private static partial Regex MissingSymbol();

    [GeneratedRegex(@"^(?<file>[^:]+): cannot open shared object file")]
    private static partial Regex MissingFile();
}

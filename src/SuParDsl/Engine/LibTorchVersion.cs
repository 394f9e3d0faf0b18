using System.Globalization;
using System.Runtime.InteropServices;

namespace SuParDsl.Engine;

/// <summary>The version that libtorch reports through its stable C interface, which needs no initialization.</summary>
internal static unsafe class LibTorchVersion
{
    /// <summary>The version of a loaded libtorch_cpu.</summary>
    public static string Of(nint library) => NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function)
        ? Text(((delegate* unmanaged<ulong>)function)())
        : "before 2.9"; // 2.9 added the function.

    /// <summary>The version's three highest bytes: <c>torch/headeronly/version.h</c>.</summary>
    public static string Text(ulong version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version >> 56}.{(version >> 48) & 0xff}.{(version >> 40) & 0xff}");

    /// <summary>
    /// Whether TorchSharp was built for this version. Only the first two numbers count: patch releases change no declaration.
    /// </summary>
    public static bool IsExpected(string version) => MajorAndMinor(version) == MajorAndMinor(EngineVersions.LibTorch);

    private static string MajorAndMinor(string version) => string.Join('.', version.Split('.').Take(2));
}

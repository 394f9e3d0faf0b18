using System.Globalization;
using System.Runtime.InteropServices;

namespace SuParDsl.Engine;

/// <summary>The version that libtorch says it has, in a function of its stable C interface that needs no start-up.</summary>
internal static unsafe class LibTorchVersion
{
    /// <summary>The version of a loaded libtorch_cpu.</summary>
    public static string Of(nint library) => NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function)
        ? Text(((delegate* unmanaged<ulong>)function)())
        : "before 2.9"; // which brought the function

    /// <summary>The version's three highest bytes: <c>torch/headeronly/version.h</c>.</summary>
    public static string Text(ulong version) => string.Create(CultureInfo.InvariantCulture, $"{version >> 56}.{(version >> 48) & 0xff}.{(version >> 40) & 0xff}");

    /// <summary>Whether it is the version that TorchSharp was built for, by its first two numbers: a third one changes no declaration.</summary>
    public static bool IsExpected(string version) => MajorAndMinor(version) == MajorAndMinor(EngineVersions.LibTorch);

    private static string MajorAndMinor(string version) => string.Join('.', version.Split('.').Take(2));
}

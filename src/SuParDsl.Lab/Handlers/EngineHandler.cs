using SuParDsl.Engine;

namespace SuParDsl.Lab.Handlers;

/// <summary><c>engine</c>: the versions of TorchSharp and libtorch, and their speed on this machine.</summary>
internal static class EngineHandler
{
    /// <summary>Writes the versions and the speed.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The device is not available.</exception>
    public static int Run(EngineChoice engine, TextWriter output)
    {
        engine.Apply();
        var (info, speed) = (EngineInfo.Read(), EngineSpeed.Measure());
        output.WriteLine($"TorchSharp {info.TorchSharp}, libtorch {info.LibTorch}");
        var copy = info.IsCopy ? " (a copy for this system's older C++ library)" : string.Empty;
        output.WriteLine($"native library: {info.NativeLibrary}{copy}");
        output.WriteLine(
            $"{speed.GigaFlops:F0} GFLOP/s in a 1024³ float32 product on {speed.Threads} "
            + $"{(speed.Threads == 1 ? "thread" : "threads")} of the CPU");
        return 0;
    }
}

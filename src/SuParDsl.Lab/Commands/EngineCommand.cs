using System.CommandLine;
using SuParDsl.Engine;

namespace SuParDsl.Lab.Commands;

/// <summary><c>engine</c>: the versions of TorchSharp and libtorch, and their speed on this machine.</summary>
internal static class EngineCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var options = new EngineOptions();
        var command = new Command("engine", "Shows the versions of TorchSharp and libtorch, and times a 1024³ matrix product");
        options.AddTo(command);
        command.SetAction(result =>
        {
            options.Apply(result);
            var (info, speed) = (EngineInfo.Read(), EngineSpeed.Measure());
            var output = result.InvocationConfiguration.Output;
            output.WriteLine($"TorchSharp {info.TorchSharp}, libtorch {info.LibTorch}");
            output.WriteLine($"native library: {info.NativeLibrary}{(info.IsCopy ? " (a copy for this system's older C++ library)" : "")}");
            output.WriteLine(
                $"{speed.GigaFlops:F0} GFLOP/s in a 1024³ float32 product on {speed.Threads} {(speed.Threads == 1 ? "thread" : "threads")} of the CPU");
            return 0;
        });
        return command;
    }
}

using System.CommandLine;
using SuParDsl.Engine;

namespace SuParDsl.Lab.Commands;

/// <summary><c>engine</c>: how fast the engine multiplies.</summary>
internal static class EngineCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var options = new EngineOptions();
        var command = new Command("engine", "Times a 1024³ matrix product: whether the engine's BLAS is a tuned one");
        options.AddTo(command);
        command.SetAction(result =>
        {
            options.Apply(result);
            var speed = EngineSpeed.Measure();
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            output.WriteLine(
                $"engine: {speed.GigaFlops:F0} GFLOP/s in a 1024³ float32 product on {speed.Threads} {(speed.Threads == 1 ? "thread" : "threads")}");
            if (speed.LooksLikeReferenceBlas)
            {
                error.WriteLine("warning: that is the speed of the reference BLAS: install a tuned one (Debian: libopenblas0-openmp)");
            }

            return 0;
        });
        return command;
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SuParDsl.Tool;

/// <summary>Runs other programs.</summary>
internal static partial class ChildProcess
{
    private const int Terminate = 15;

    /// <summary>Runs a program on this process's terminal, and returns its exit code.</summary>
    /// <remarks>
    /// Ctrl+C reaches the program itself, which is in the same process group; this process outlives it. SIGTERM is passed on.
    /// </remarks>
    public static int Run(string program, IReadOnlyList<string> arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Console.CancelKeyPress += static (_, press) => press.Cancel = true;
        using var child = Started(start);
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            if (OperatingSystem.IsWindows())
            {
                child.Kill();
            }
            else
            {
                _ = Kill(child.Id, Terminate);
            }
        });
        child.WaitForExit();
        return child.ExitCode;
    }

    /// <summary>Runs a program, and returns its exit code and everything that it writes.</summary>
    public static (int Code, string Output) Output(string program, IReadOnlyList<string> arguments)
    {
        using var child = Started(
            new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });

        // Ctrl+C reaches the program itself. It would wait for a reader of its output if this process alone ended by SIGTERM.
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => child.Kill(entireProcessTree: true));
        var errors = child.StandardError.ReadToEndAsync();
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return (child.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new ToolException($"there is no '{start.FileName}' on PATH: install the .NET 10 SDK");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

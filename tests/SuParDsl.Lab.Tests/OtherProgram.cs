using System.ComponentModel;
using System.Diagnostics;

namespace SuParDsl.Lab.Tests;

/// <summary>Runs other programs to their end, with a time limit.</summary>
public static class OtherProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program. The exit code is -1 if the program does not exist.</summary>
    public static (int Code, string Output, string Error) Run(string program, params string[] arguments)
    {
        try
        {
            return End(Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        }
        catch (Win32Exception e)
        {
            return (-1, string.Empty, e.Message);
        }
    }

    /// <summary>Starts a program with this process's environment, while no test has changed it.</summary>
    public static Process Start(ProcessStartInfo start) => CommandLine.Alone(() => Process.Start(start)!);

    /// <summary>Waits for the end of a process whose output is redirected, and returns the rest of the output.</summary>
    public static (int Code, string Output, string Error) End(Process process)
    {
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"the program hangs: {output.Result} {error.Result}");
            }

            return (process.ExitCode, output.Result, error.Result);
        }
    }
}

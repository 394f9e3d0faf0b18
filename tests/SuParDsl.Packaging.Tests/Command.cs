using System.Diagnostics;
using System.Reflection;

namespace SuParDsl.Processes;

/// <summary>Runs programs, including the SDK, as from a shell.</summary>
internal static class Command
{
    // This is far longer than any command takes, even on a slow machine. A command that hangs is ended and reported.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>A value that the project file passes to the tests.</summary>
    public static string Metadata(string key) =>
        typeof(Command).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value
        ?? string.Empty;

    /// <summary>Runs a program to its end, in a folder and with additional environment variables.</summary>
    /// <returns>The exit code, and everything that the program wrote.</returns>
    /// <exception cref="TimeoutException">
    /// The program took longer than the limit, and was ended with all its child processes.
    /// </exception>
    public static async Task<(int Code, string Output)> Run(
        string program, string[] arguments, string folder = "",
        IEnumerable<KeyValuePair<string, string>>? environment = null, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys
            .Where(static name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await said.WaitAsync(limit ?? Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' took longer than {limit ?? Patience}");
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(await said));
    }
}

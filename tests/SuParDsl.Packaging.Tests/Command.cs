using System.Diagnostics;
using System.Reflection;

namespace SuParDsl.Processes;

/// <summary>Runs programs, the SDK among them, as one would from a shell.</summary>
internal static class Command
{
    // Far beyond what anything here takes on a slow machine: what hangs ends, and says so.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>What the project file told the tests.</summary>
    public static string Metadata(string key) =>
        typeof(Command).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value
        ?? string.Empty;

    /// <summary>Runs a program to its end, in a folder and with more environment than this process has.</summary>
    /// <returns>The exit code, and all that it wrote.</returns>
    /// <exception cref="TimeoutException">It took longer than the limit, and was ended with all that it started.</exception>
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

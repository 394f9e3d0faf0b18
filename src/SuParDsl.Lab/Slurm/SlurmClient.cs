using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SuParDsl.Lab.Slurm;

/// <summary>Calls Slurm's commands.</summary>
internal static class SlurmClient
{
    private const string LimitName = "MaxArraySize";

    /// <summary>Returns the largest number of tasks that a job array may have on this cluster.</summary>
    /// <exception cref="UserException">Slurm is missing or does not answer.</exception>
    public static int MostTasks()
    {
        var line = Ask("scontrol", "show", "config").Split('\n')
            .FirstOrDefault(static line => line.StartsWith(LimitName, StringComparison.Ordinal));
        return line?.Split('=') is [_, var value]
            && int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : throw new UserException($"Slurm does not report {LimitName} in `scontrol show config`");
    }

    /// <summary>Submits a job array, and returns the job's number.</summary>
    /// <exception cref="UserException">Slurm is missing, does not answer, or refuses the job, with its reason.</exception>
    public static string Submit(IEnumerable<string> options, string script) =>
        Ask("sbatch", ["--parsable", .. options, script]).Trim().Split(';')[0];

    /// <summary>Returns the waiting and running tasks of the job arrays with a name.</summary>
    /// <exception cref="UserException">Slurm is missing or does not answer.</exception>
    public static IReadOnlyList<string> OpenTasks(string name) =>
        Lines(Ask("squeue", "--noheader", "--array", $"--name={name}", "--format=%i"));

    private static string Ask(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new UserException($"Slurm's {program} failed: {Reason(error.Result)}");
        }
        catch (Win32Exception)
        {
            throw new UserException(
                $"--engine slurm needs Slurm's {program}, which is not on PATH: "
                + "run on a machine of the cluster, or use --engine local");
        }
    }

    // The last line is the reason. The lines before it report retries.
    private static string Reason(string error)
    {
        const string Mark = "error: ";
        var line = Lines(error).LastOrDefault() ?? "it gave no reason";
        return line[(line.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at ? at + Mark.Length : 0)..];
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

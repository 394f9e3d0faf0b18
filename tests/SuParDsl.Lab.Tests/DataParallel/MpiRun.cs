using System.Diagnostics;
using System.Globalization;
using NanoGpt;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.DataParallel;

/// <summary>Real runs of an example's program, under mpirun or as a single process.</summary>
internal sealed class MpiRun(TemporaryFolder folder)
{
    private readonly string data = folder.Write("text.txt", SmallText.Sentences);

    /// <summary>Starts a number of ranks of the same program; 0 for one process without mpirun.</summary>
    public Process Start(int ranks, string name, params string[] more) => ranks == 0
        ? Start("env", Program(name, more))
        : Start(
            "mpirun",
            ["--oversubscribe", "--bind-to", "none", "-n", $"{ranks}", .. Program(name, ["--parallel", "mpi", .. more])]);

    /// <summary>Starts one rank for each list of further options.</summary>
    public Process StartDifferent(string name, params string[][] more) => Start(
        "mpirun",
        [
            "--oversubscribe", "--bind-to", "none", "-n", $"{more.Length}", "sh", "-c",
            "case $OMPI_COMM_WORLD_RANK in "
            + $"{string.Concat(more.Select((options, rank) => $"{rank}) exec {Quoted(name, options)};; "))}esac",
        ]);

    // Use one command for all ranks, because mpirun's own form with colons ends in a segmentation fault in Debian 13's Open
    // MPI 5.0.7.
    private string Quoted(string name, string[] options) =>
        string.Join(
            ' ', Program(name, ["--parallel", "mpi", .. options]).Select(static word => $"'{word.Replace("'", "'\\''")}'"));

    /// <summary>Runs the program, which must succeed.</summary>
    public string Train(int ranks, string name, params string[] more)
    {
        var (code, output, error) = OtherProgram.End(Start(ranks, name, more));
        Assert.True(code == 0, $"exit code {code}: {error}");
        return output;
    }

    /// <summary>The losses of a run, by step.</summary>
    public double[] Losses(string name) =>
    [
        .. File.ReadLines(Path.Combine(folder[name], "metrics.csv")).Skip(1).Select(static line => line.Split(',')[1])
            .Where(static loss => loss.Length > 0)
            .Select(static loss => double.Parse(loss, CultureInfo.InvariantCulture)),
    ];

    private static Process Start(string program, string[] arguments)
    {
        // Restore the default signals, which a background script's children ignore. Tests in a container run as root.
        var start = new ProcessStartInfo(
            "env", ["--default-signal", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return OtherProgram.Start(start);
    }

    private string[] Program(string name, string[] more)
    {
        string[] usual =
        [
            .. SmallText.Sizes, "--steps", "40", "--batch", "8", "--warmup", "5", "--eval-every", "20", "--eval-batches", "3",
            "--sample-length", "0", "--threads", "1", "--data", data, "--out", folder[name],
        ];
        var rest = usual.Chunk(2).Where(option => !more.Contains(option[0])).SelectMany(static option => option);
        var own = OwnProgram.Start(typeof(Gpt), ["train", .. rest, .. more]);
        return [own.FileName, .. own.ArgumentList];
    }
}

using System.Diagnostics;
using NanoGpt;
using SuParDsl.Lab.Slurm;
using SuParDsl.Lab.Sweeps;
namespace SuParDsl.Lab.Tests.Slurm;

/// <summary>
/// Sweeps on a real Slurm with one node, which tests/slurm/slurm.sh starts in a separate folder and stops again.
/// </summary>
[Collection("mpi")] // Not beside runs that take all processors.
public sealed class SlurmTests : IDisposable
{
    private static readonly string Script = RepositoryRoot.File("tests/slurm/slurm.sh");

    private readonly TemporaryFolder folder = new();
    private readonly string data;
    private bool isStarted;

    public SlurmTests() => data = folder.Write("text.txt", SmallText.Sentences);

    public void Dispose()
    {
        if (isStarted)
        {
            Stop();
        }

        folder.Dispose();
    }

    [SlurmFact]
    public void A_sweep_on_a_cluster_is_the_sweep_on_this_machine()
    {
        StartSlurm();
        var (code, output, error) = Sweep("here");
        Assert.True(code == 0, error);
        (code, output, error) = Sweep(
            "there", "--engine", "slurm", "--tasks", "2", "--time", "10", "--partition", "main", "--memory", "500M");
        Assert.True(code == 0, error);
        Assert.Contains("has 2 tasks for 4 runs", output);
        Assert.Contains("all 4 runs are finished", output);
        Assert.Equal(File.ReadAllLines(folder["here/optima.csv"]), File.ReadAllLines(folder["there/optima.csv"]));
    }

    [SlurmFact]
    public void A_program_that_dies_finds_its_job_again_and_killed_tasks_are_done_again()
    {
        StartSlurm();

        // Tasks wait for a file, so that the program ends and the tasks are killed before they train.
        var template = folder.Write("template.sh", $"while [ ! -e '{folder["go"]}' ]; do sleep 0.1; done\n");
        string[] cluster = ["--engine", "slurm", "--tasks", "4", "--template", template];
        using (var first = Start("sweep", cluster))
        {
            while (first.StandardOutput.ReadLine() is { } line && !line.StartsWith("job ", StringComparison.Ordinal))
            {
            }

            first.Kill();
            first.WaitForExit();
        }

        var second = Start("sweep", cluster);
        string? said;
        while ((said = second.StandardOutput.ReadLine()) is not null && !said.StartsWith("the job ", StringComparison.Ordinal))
        {
        }

        Assert.Contains("is already submitted; waiting for it", said);
        Assert.Equal(0, Slurm("scancel", "--name=" + said!.Split(' ')[2]).Code);
        File.WriteAllText(folder["go"], string.Empty);
        var (code, rest, error) = OtherProgram.End(second);
        Assert.True(code == 0, error);
        Assert.Matches(@"job \d+ \(supardsl-\w+\) has 4 tasks for 4 runs", rest);
        Assert.Contains("all 4 runs are finished", rest);
        Assert.Equal(2, Directory.GetDirectories(folder["sweep/slurm"]).Length);
    }

    [Fact]
    public void Every_round_of_a_search_is_a_job()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Stand-ins for Slurm: sbatch runs the tasks of the array one after another, and no job waits afterwards.
        Directory.CreateDirectory(folder["bin"]);
        Program("sbatch", """
            for word; do
              case $word in --array=0-*) last=${word#--array=0-} ;; esac
            done
            for task in $(seq 0 $last); do SLURM_ARRAY_TASK_ID=$task bash "$word" > /dev/null; done
            echo 7
            """);
        Program("squeue", string.Empty);
        Program("scontrol", "echo 'MaxArraySize            = 21'");
        var path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", $"{folder["bin"]}:{path}");
            var (code, output, error) = Sweep("here", "--refine");
            Assert.True(code == 0, error);
            (code, output, error) = Sweep("there", "--refine", "--engine", "slurm", "--tasks", "2");
            Assert.True(code == 0, error);
            Assert.Contains("round 1: 3 runs of 1 models", output);
            Assert.Equal(
                Directory.GetDirectories(folder["there/slurm"]).Length,
                output.Split('\n').Count(static line => line.StartsWith("round ", StringComparison.Ordinal)));
            Assert.Equal(File.ReadAllLines(folder["here/optima.csv"]), File.ReadAllLines(folder["there/optima.csv"]));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }

        void Program(string name, string script) => File.SetUnixFileMode(
            folder.Write("bin/" + name, $"#!/bin/bash\n{script}\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [SlurmFact]
    public void Slurm_s_refusals_are_reported_in_one_line()
    {
        StartSlurm();
        Refused(
            "error: --tasks is 5000: a job array may have at most 20 tasks on this cluster (MaxArraySize)", "--tasks", "5000");
        Refused(
            "error: Slurm's sbatch failed: Batch job submission failed: Invalid partition name specified",
            "--partition", "nowhere");
        Refused($"error: --template {folder["none"]} cannot be read", "--template", folder["none"]);
        Stop();
        Refused("error: Slurm's squeue failed: Unable to contact slurm controller (connect failure)");

        void Refused(string message, params string[] more)
        {
            var (code, _, error) = Sweep("refused", ["--engine", "slurm", .. more]);
            Assert.Equal(2, code);
            Assert.StartsWith(message, error);
            Assert.Single(error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public void Options_of_a_job_need_the_engine()
    {
        var (code, _, error) = Sweep("none", "--partition", "main");
        Assert.Equal((2, "error: --partition applies only to jobs on a cluster; add --engine slurm\n"), (code, error));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\"name\": \"supardsl-before\", \"tasks\": 1}")]
    public void Stopping_before_a_job_is_submitted_reports_no_job(string? last)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        folder.Write("sweep.json", "{}");
        Directory.CreateDirectory(folder["slurm"]);
        if (last is not null)
        {
            folder.Write("slurm/job.json", last);
        }

        // This stand-in for squeue reports a cluster on which no job waits or runs.
        File.SetUnixFileMode(folder.Write("squeue", "#!/bin/sh\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var (path, said) = (Environment.GetEnvironmentVariable("PATH"), new List<string>());
        try
        {
            Environment.SetEnvironmentVariable("PATH", $"{folder.Path}:{path}");
            var sweep = new SlurmSweep(SweepFolder.Existing(folder.Path), new(0, [], string.Empty), ["true"], 1);
            Assert.Empty(sweep.Run([new(Rule.SuPar, null, 1, null, 0.01, 1)], said.Add, static _ => { }, new(canceled: true)));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }

        Assert.Empty(said);
    }

    private void StartSlurm()
    {
        isStarted = true;
        var (code, _, error) = OtherProgram.Run(Script, "start", folder["cluster"]);
        Assert.True(code == 0, error);
    }

    private void Stop() => OtherProgram.Run(Script, "stop", folder["cluster"]);

    private (int Code, string Output, string Error) Slurm(string program, params string[] arguments) =>
        OtherProgram.Run("env", [$"SLURM_CONF={folder["cluster/slurm.conf"]}", program, .. arguments]);

    private Process Start(string name, params string[] more)
    {
        var start = OwnProgram.Start(typeof(Gpt),
        [
            "sweep", "--widths", "32", "--layers", "1", "--head-dim", "16", "--context", "16", "--steps", "4", "--batch", "4",
            "--warmup", "1", "--eval-batches", "1", "--rules", "supar", "--densities", "1,1/4", "--lrs", "2^-8..2^-7",
            "--threads", "1", "--data", data, "--out", folder[name], .. more,
        ]);
        start.Environment["SLURM_CONF"] = folder["cluster/slurm.conf"];
        return OtherProgram.Start(start);
    }

    private (int Code, string Output, string Error) Sweep(string name, params string[] more) =>
        OtherProgram.End(Start(name, more));
}

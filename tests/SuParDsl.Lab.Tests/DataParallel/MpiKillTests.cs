using System.Diagnostics;
using System.Globalization;

namespace SuParDsl.Lab.Tests.DataParallel;

/// <summary>
/// A rank that dies ends the job, which names it, and the run resumes from its last checkpoint as if nothing had happened.
/// </summary>
[Collection("mpi")] // One after the other: each takes all processors.
public sealed class MpiKillTests : IDisposable
{
    private const int Steps = 400;

    private readonly TemporaryFolder folder = new();
    private readonly MpiRun run;

    public MpiKillTests() => run = new(folder);

    // SUPAR_KILLS sets the number for a long run.
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SUPAR_KILLS") ?? "2", CultureInfo.InvariantCulture);

    public void Dispose() => folder.Dispose();

    [MpiFact]
    public void Killed_ranks_end_the_job_and_a_restart_ends_as_if_they_had_lived() => KillAndRestart();

    [MpiFact]
    public void Ranks_that_shard_the_optimizers_state_do_so_too() => KillAndRestart("--shard-optimizer");

    [MpiFact]
    public void A_signal_to_mpirun_saves_first()
    {
        var process = run.Start(2, "stopped", "--steps", "100000", "--checkpoint-every", "100000");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("step 1/", StringComparison.Ordinal))
        {
        }

        OtherProgram.Run("kill", "-USR1", $"{process.Id}");
        var (code, output, error) = OtherProgram.End(process);
        Assert.True(code == 0, error);
        Assert.Contains("--resume continues", output);
        Assert.Single(Directory.GetDirectories(Path.Combine(folder["stopped"], "checkpoints")));
    }

    private void KillAndRestart(params string[] more)
    {
        string[] usual = ["--steps", $"{Steps}", "--dropout", "0.1", .. more],
            kept = [.. usual, "--checkpoint-every", "5", "--resume"];
        run.Train(2, "whole", usual);
        var random = new Random(5);
        for (var kills = 0; kills < Kills;)
        {
            var process = run.Start(2, "killed", kept);
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("step ", StringComparison.Ordinal))
            {
            }

            Thread.Sleep(random.Next(300));
            var ranks = OtherProgram.Run("pgrep", "-P", $"{process.Id}").Output.Split(
                '\n', StringSplitOptions.RemoveEmptyEntries);
            if (ranks.Length < 2)
            {
                // The run ended between two kills, so another one begins.
                Assert.Equal(0, OtherProgram.End(process).Code);
                AssertSame();
                Directory.Delete(folder["killed"], recursive: true);
                continue;
            }

            var victim = random.Next(2);
            var watch = Stopwatch.StartNew();
            Process.GetProcessById(int.Parse(ranks[victim], CultureInfo.InvariantCulture)).Kill();
            var (code, _, error) = OtherProgram.End(process);
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
            Assert.NotEqual(0, code);
            Assert.Matches($@"(?s)process rank {victim} .* exited on\s+signal 9", error);
            kills++;
        }

        run.Train(2, "killed", kept);
        AssertSame();
    }

    private void AssertSame() => Assert.Equal(run.Losses("whole"), run.Losses("killed"));
}

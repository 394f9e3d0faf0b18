using System.Diagnostics;
using System.Globalization;
using NanoGpt;
using SuParDsl.Lab.Runs;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Runs;

/// <summary>Only one process can train in a folder.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string data;

    public RunLockTests() => data = folder.Write("text.txt", SmallText.Sentences);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_second_process_is_refused_and_named_and_a_killed_one_leaves_nothing_behind()
    {
        using var first = OtherProgram.Start(Training("--steps", "100000"));
        Assert.StartsWith("NanoGpt under", first.StandardOutput.ReadLine());
        string[][] attempts = [["--resume", "--steps", "100000"], ["--resume", "--steps", "4"]];
        foreach (var options in attempts)
        {
            var (code, _, error) = OtherProgram.End(OtherProgram.Start(Training(options)));
            Assert.Equal(
                (2, $"error: {folder["run"]} is in use by process {first.Id} on {Environment.MachineName}, which trains there: "
                    + "wait until it ends, or choose another folder"),
                (code, error.Trim()));
        }

        Assert.Contains(
            "already exists and is not an empty folder", OtherProgram.End(OtherProgram.Start(Training("--steps", "4"))).Error);
        first.Kill();
        first.WaitForExit();

        // The lock file still exists, but it locks nothing, even if nothing else was written yet.
        Assert.True(File.Exists(Path.Combine(folder["run"], ".lock")));
        using (var held = new RunLock())
        {
            held.Take(folder["run"]);
        }

        Assert.DoesNotContain(Directory.GetFiles(folder["run"]), RunLock.IsOwn);
        foreach (var file in Directory.GetFiles(folder["run"]))
        {
            File.Delete(file);
        }

        File.WriteAllText(folder["run/.lock"], string.Empty);
        File.WriteAllText(folder["run/.lock.owner"], "process 1 on another");

        if (Directory.Exists(folder["run/checkpoints"]))
        {
            Directory.Delete(folder["run/checkpoints"], recursive: true);
        }

        Assert.Equal(0, OtherProgram.End(OtherProgram.Start(Training("--steps", "4"))).Code);
    }

    [Fact]
    public void A_lock_is_held_within_a_process_too()
    {
        using var first = new RunLock();
        first.Take(folder.Path);
        using (var second = new RunLock())
        {
            Assert.Equal(
                $"{folder.Path} is in use by process {Environment.ProcessId} on {Environment.MachineName}, which trains there: "
                + "wait until it ends, or choose another folder",
                Assert.Throws<UserException>(() => second.Take(folder.Path)).Message);
        }

        // The refused process has not overwritten the owner's name.
        using var third = new RunLock();
        Assert.Contains($"process {Environment.ProcessId} ", Assert.Throws<UserException>(() => third.Take(folder.Path)).Message);
        first.Dispose();
        third.Take(folder.Path);
    }

    [Fact]
    public void Only_one_of_many_waiting_processes_has_a_folder_at_a_time()
    {
        var (inside, most, taken) = (0, 0, 0);
        var gate = new Lock();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var own = 0; own < 50;)
            {
                using var held = new RunLock();
                try
                {
                    held.Take(folder.Path);
                }
                catch (UserException)
                {
                    continue;
                }

                Note(Interlocked.Increment(ref inside));
                Thread.Yield();
                Interlocked.Decrement(ref inside);
                Interlocked.Increment(ref taken);
                own++;
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal((1, 200), (most, taken));

        void Note(int value)
        {
            lock (gate)
            {
                most = Math.Max(most, value);
            }
        }
    }

    [Fact]
    public void A_run_of_a_sweep_is_trained_by_one_worker()
    {
        string[] sweep =
        [
            "sweep", "--layers", "1", "--head-dim", "16", "--context", "16", "--widths", "32", "--densities", "0.25",
            "--rules", "supar", "--lrs", "0.01,0.02",
            "--steps", "2", "--batch", "2", "--eval-batches", "1", "--seeds", "1", "--workers", "1", "--data", data,
            "--out", folder["sweep"],
        ];
        Assert.Equal(0, CommandLine.Run(sweep).Code);
        var runs = Directory.GetFiles(folder["sweep/runs"], "*.json").Order(StringComparer.Ordinal).ToArray();
        var id = Path.GetFileNameWithoutExtension(runs[0]);
        File.Delete(runs[0]);

        using (var held = new RunLock())
        {
            held.Take(folder["sweep/runs/" + id]);
            var (code, _, error) = CommandLine.Run(sweep);
            Assert.Equal(2, code);
            Assert.Contains($"{folder["sweep/runs/" + id]} is in use by process {Environment.ProcessId}", error);

            string[] arguments = ["sweep-worker", folder["sweep"], "--data", data, "--threads", "1"];
            var worker = OtherProgram.Start(Redirected(OwnProgram.Start(typeof(Gpt), arguments)));
            worker.StandardInput.WriteLine(id);
            worker.StandardInput.Close();
            var end = OtherProgram.End(worker);
            Assert.Equal(2, end.Code);
            Assert.Contains($"{folder["sweep/runs/" + id]} is in use by process {Environment.ProcessId}", end.Error);
            Assert.Single(end.Error.Trim().Split('\n'));
        }

        Assert.Equal(0, CommandLine.Run(sweep).Code);
        Assert.True(File.Exists(runs[0]));
    }

    private ProcessStartInfo Training(params string[] options) => Redirected(OwnProgram.Start(typeof(Gpt),
    [
        "train", .. SmallText.Sizes, "--batch", "4", "--warmup", "1", "--eval-every", "1000", "--eval-batches", "1",
        "--sample-length", "0", "--checkpoint-every", "1000", "--threads", "1", "--data", data, "--out", folder["run"],
        .. options,
    ]));

    private static ProcessStartInfo Redirected(ProcessStartInfo own) => new(own.FileName, own.ArgumentList)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}

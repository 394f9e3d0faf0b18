using System.Diagnostics;
using System.Globalization;
using NanoGpt;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Runs;

/// <summary>Real runs that are killed, stopped and resumed end exactly like an uninterrupted run.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Steps = 120;

    private readonly TemporaryFolder folder = new();
    private readonly string data;

    public ResumeTests() => data = folder.Write("text.txt", SmallText.Sentences);

    // SUPAR_KILLS sets the number for a long run.
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("SUPAR_KILLS") ?? "3", CultureInfo.InvariantCulture);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_that_is_killed_again_and_again_ends_as_if_it_never_was()
    {
        Assert.Equal(0, Train("whole"));
        var random = new Random(12);
        var kills = 0;
        while (kills < Kills)
        {
            using var process = Start("killed", "--resume");
            var line = Lines(process).FirstOrDefault(static line => line.StartsWith("step ", StringComparison.Ordinal));
            if (!process.WaitForExit(line is null ? Timeout.Infinite : random.Next(400)))
            {
                process.Kill();
                process.WaitForExit();
                kills++;
            }
            else
            {
                // The run ended between two kills, so another one begins.
                Assert.Equal(0, process.ExitCode);
                AssertSame("whole", "killed");
                Directory.Delete(folder["killed"], recursive: true);
            }
        }

        Assert.Equal(0, Train("killed", "--resume"));
        AssertSame("whole", "killed");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void A_signal_saves_first(string signal)
    {
        Assert.Equal(0, Train("whole"));
        var process = Start("stopped", "--checkpoint-every", "100000");
        Assert.Contains(Lines(process), static line => line.StartsWith($"step {Steps / 20}/", StringComparison.Ordinal));
        OtherProgram.Run("kill", $"-{signal}", $"{process.Id}");
        Assert.Contains("--resume continues", OtherProgram.End(process).Output);
        Assert.Single(Directory.GetDirectories(Path.Combine(folder["stopped"], "checkpoints")));
        Assert.Equal(0, Train("stopped", "--resume", "--checkpoint-every", "100000"));
        AssertSame("whole", "stopped");
    }

    [Fact]
    public void A_resumed_run_must_be_the_same_run()
    {
        Assert.Equal(0, Train("run"));

        var (code, error) = Refused("run", "--resume", "--lr", "0.5");
        Assert.Equal(2, code);
        Assert.Contains("begun with another training", error);
        Assert.Contains("--out", Refused(null, "--resume").Error);
        Assert.Contains("--checkpoint-every", Refused("new", "--checkpoint-every", "0", "--on-divergence", "back").Error);
    }

    [Fact]
    public void A_run_that_has_ended_is_not_trained_again()
    {
        Assert.Equal(0, Train("run"));
        var before = File.ReadAllBytes(Path.Combine(folder["run"], "model.safetensors"));

        Assert.Equal(0, Train("run", "--resume"));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder["run"], "model.safetensors")));
    }

    private static IEnumerable<string> Lines(Process process)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static string[][] Losses(string run) =>
        [.. File.ReadLines(Path.Combine(run, "metrics.csv")).Skip(1).Select(static line => line.Split(',')[..2])];

    private Process Start(string? name, params string[] more)
    {
        var own = OwnProgram.Start(typeof(Gpt),
        [
            "train", .. SmallText.Sizes, "--dropout", "0.1", "--steps", $"{Steps}", "--batch", "4", "--warmup", "5",
            "--eval-every", "50",
            "--eval-batches", "2", "--sample-length", "0", "--threads", "1", "--data", data,
            .. name is null ? (string[])[] : ["--out", folder[name]],
            .. more.Contains("--checkpoint-every") ? (string[])[] : ["--checkpoint-every", "7"], .. more,
        ]);

        // A test run in the background of a script ignores Ctrl-C, and its child processes would, too.
        return OtherProgram.Start(new("env", ["--default-signal", own.FileName, .. own.ArgumentList])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
    }

    private int Train(string name, params string[] more) => OtherProgram.End(Start(name, more)).Code;

    private (int Code, string Error) Refused(string? name, params string[] more)
    {
        var (code, _, error) = OtherProgram.End(Start(name, more));
        return (code, error);
    }

    private void AssertSame(string expected, string actual)
    {
        Assert.Equal(Losses(folder[expected]), Losses(folder[actual]));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder[expected], "model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder[actual], "model.safetensors")));
        EventReader.AssertMetrics(folder[actual]);
    }
}

using NanoGpt;
using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Runs;

/// <summary>Runs that go on for more steps end with the bits of a run that was as long from the beginning.</summary>
public sealed class ExtendedRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string data;

    public ExtendedRunTests() => data = folder.Write("text.txt", SmallText.Sentences);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--decay", "constant")]
    [InlineData("--decay", "inversesquareroot")]
    [InlineData("--decay", "stable", "--schedule-steps", "40")]
    [InlineData("--decay", "cosine", "--schedule-steps", "40")]
    [InlineData("--decay", "cosine", "--schedule-steps", "40", "--final-lr", "0.001")]
    [InlineData("--decay", "constant", "--method", "rigl", "--mask-every", "4", "--mask-stop", "30", "--schedule-steps", "40")]
    [InlineData("--decay", "linear", "--method", "gmp", "--mask-every", "4", "--schedule-steps", "40")]
    [InlineData("--decay", "constant", "--eval-every", "10")]
    public void Twenty_and_twenty_more_steps_are_forty(params string[] more)
    {
        Accepted("whole", ["--steps", "40", .. more]);
        Accepted("parts", ["--steps", "20", .. more]);
        Accepted("parts", ["--steps", "40", "--resume", .. more]);
        AssertSame("whole", "parts");
        Assert.Contains("| 20 | ", File.ReadAllText(folder["parts/changes.md"]));
        Assert.Contains("| --steps | 20 | 40 |", File.ReadAllText(folder["parts/changes.md"]));
        Assert.Contains("\"steps\": \"20\"", File.ReadAllText(folder["parts/options-until-step-20.json"]));
        Assert.Contains("\"steps\": \"40\"", File.ReadAllText(folder["parts/options.json"]));
    }

    [Fact]
    public void A_stable_schedule_goes_on_from_before_its_cooldown()
    {
        string[] stable = ["--decay", "stable", "--checkpoint-every", "8"];
        Accepted("whole", ["--steps", "40", .. stable]);
        Accepted("run", ["--steps", "20", .. stable]);
        var error = Refused("run", ["--steps", "40", "--resume", .. stable]);
        Assert.Contains("another training.steps (20, now 40), and step 18 had the learning rate", error);
        Assert.Contains("--resume-at 16 to go back to where both schedules are the same", error);
        Assert.Equal("step-00000020", Checkpoints("run")[^1]);

        Accepted("run", ["--steps", "40", "--resume", "--resume-at", "16", .. stable]);
        AssertSame("whole", "run");
        Assert.Contains("| 16 | ", File.ReadAllText(folder["run/changes.md"]));
    }

    [Fact]
    public void A_schedule_with_another_past_is_refused_unless_it_is_allowed()
    {
        string[] linear = ["--decay", "linear"];
        Accepted("run", ["--steps", "20", .. linear]);
        Assert.Contains("--allow-new-schedule to follow the new one from step 21 on", Refused(
            "run", ["--steps", "40", "--resume", .. linear]));
        Accepted("run", ["--steps", "40", "--resume", "--allow-new-schedule", .. linear]);

        // The rates up to step 20 are those of the short run, and then those of the long one.
        Accepted("short", ["--steps", "20", .. linear]);
        Accepted("whole", ["--steps", "40", .. linear]);
        string[] expected = [.. Rates("short"), .. Rates("whole")[20..]];
        Assert.Equal(expected, Rates("run"));
        Assert.Contains(
            "The steps up to 20 followed the schedule before the change.", File.ReadAllText(folder["run/changes.md"]));

        // Resuming again neither asks again nor compares the steps before the change.
        Accepted("run", ["--steps", "40", "--resume", .. linear]);
        Assert.Contains(
            "another training.steps (40, now 60), and step 21 had", Refused("run", ["--steps", "60", "--resume", .. linear]));
    }

    [Fact]
    public void Going_back_before_a_change_undoes_it()
    {
        string[] more = ["--decay", "constant", "--checkpoint-every", "5", "--keep", "9"];
        Accepted("run", ["--steps", "10", .. more]);
        Accepted("run", ["--steps", "20", "--resume", .. more, "--lr", "0.001", "--allow-new-schedule"]);
        Accepted("whole", ["--steps", "15", .. more]);

        Accepted("run", ["--steps", "15", "--resume", "--resume-at", "5", .. more]);
        AssertSame("whole", "run");
        Assert.Contains("| 5 | ", File.ReadAllText(folder["run/changes.md"]));
        Assert.DoesNotContain("--lr", File.ReadAllText(folder["run/changes.md"]));
        Assert.False(File.Exists(folder["run/options-until-step-10.json"]));
    }

    [Fact]
    public void An_extended_run_that_is_killed_loses_nothing()
    {
        string[] more = ["--decay", "constant", "--dropout", "0.1", "--checkpoint-every", "3"];
        AcceptedElsewhere("whole", ["--steps", "200", .. more]);
        AcceptedElsewhere("parts", ["--steps", "20", .. more]);
        using (var process = OtherProgram.Start(OwnProgram.Start(
            typeof(Gpt), Arguments("parts", ["--steps", "200", "--resume", .. more]))))
        {
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("step 30/", StringComparison.Ordinal))
            {
            }

            process.Kill();
            process.WaitForExit();
        }

        Assert.Contains("| --steps | 20 | 200 |", File.ReadAllText(folder["parts/changes.md"]));
        AcceptedElsewhere("parts", ["--steps", "200", "--resume", .. more]);
        AssertSame("whole", "parts");
        Assert.Single(
            File.ReadAllLines(folder["parts/changes.md"]), static line => line.Contains("--steps", StringComparison.Ordinal));
    }

    [Fact]
    public void A_shorter_run_is_measured_at_its_end()
    {
        string[] more = ["--decay", "constant", "--checkpoint-every", "10", "--eval-every", "10", "--keep", "9"];
        Accepted("run", ["--steps", "20", .. more]);
        Accepted("whole", ["--steps", "10", .. more]);
        Accepted("run", ["--steps", "10", "--resume", "--resume-at", "10", .. more]);
        AssertSame("whole", "run");
    }

    [Fact]
    public void A_run_without_checkpoints_cannot_go_on()
    {
        string[] more = ["--decay", "constant", "--checkpoint-every", "0"];
        Accepted("run", ["--steps", "10", .. more]);
        Assert.Contains("has no checkpoint, so it cannot go on", Refused("run", ["--steps", "20", "--resume", .. more]));
    }

    [Fact]
    public void The_report_says_what_was_changed()
    {
        Accepted("run", ["--steps", "10", "--decay", "constant"]);
        Accepted("run", ["--steps", "20", "--decay", "constant", "--resume"]);
        Assert.Equal(0, CommandLine.Run("report", folder["run"], "--out", folder["report.html"]).Code);
        Assert.Contains("<td>--steps</td><td>10</td><td>20</td>", File.ReadAllText(folder["report.html"]));
    }

    private string[] Checkpoints(string run) =>
    [
        .. Directory.GetDirectories(folder[run + "/checkpoints"]).Select(static path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal),
    ];

    private string[] Rates(string run) =>
    [
        .. File.ReadLines(folder[run + "/metrics.csv"]).Skip(1).Select(static line => line.Split(',')[3])
            .Where(static rate => rate.Length > 0),
    ];

    // Times and throughput differ between runs.
    private string[][] Metrics(string run) =>
        [.. File.ReadLines(folder[run + "/metrics.csv"]).Select(static line => line.Split(',')[..5])];

    private void AssertSame(string expected, string actual)
    {
        Assert.Equal(Metrics(expected), Metrics(actual));
        Assert.Equal(
            File.ReadAllBytes(folder[expected + "/model.safetensors"]), File.ReadAllBytes(folder[actual + "/model.safetensors"]));
        EventReader.AssertMetrics(folder[actual]);
    }

    private string Refused(string name, string[] more)
    {
        var (code, _, error) = CommandLine.Run(Arguments(name, more));
        Assert.Equal(2, code);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private void Accepted(string name, string[] more)
    {
        var (code, _, error) = CommandLine.Run(Arguments(name, more));
        Assert.Equal((0, string.Empty), (code, error));
    }

    // Dropout draws from TorchSharp's default generator, which all tests of a process share.
    private void AcceptedElsewhere(string name, string[] more)
    {
        var start = OwnProgram.Start(typeof(Gpt), Arguments(name, more));
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        var (code, _, error) = OtherProgram.End(OtherProgram.Start(start));
        Assert.Equal((0, string.Empty), (code, error));
    }

    // An option that is given again replaces its default here.
    private string[] Arguments(string name, string[] more)
    {
        string[] usual =
        [
            "--batch", "4", "--warmup", "3", "--lr", "0.01", "--eval-every", "50", "--eval-batches", "2", "--sample-length", "0",
            "--threads", "1",
        ];
        return
        [
            "train", .. SmallText.Sizes, .. usual.Chunk(2).Where(pair => !more.Contains(pair[0])).SelectMany(static pair => pair),
            "--data", data, "--out", folder[name], .. more,
        ];
    }
}

namespace SuParDsl.Docs.Tests.Pages;

/// <summary>Tests the program of docs/hooks.md, which is made from the page's own blocks.</summary>
[Collection(nameof(UsesTheConsole))]
public sealed class HooksTests
{
    [Fact]
    public void Its_observers_metric_and_tuner_are_used()
    {
        var program = PageProgram.Compiled("docs/hooks.md");
        var folder = Directory.CreateTempSubdirectory("hooks").FullName;
        try
        {
            string[] little = ["--eval-batches", "1", "--batch", "8", "--threads", "1"];
            var (run, sweep) = (Path.Combine(folder, "run"), Path.Combine(folder, "sweep"));

            // At this learning rate, the loss does not fall for long.
            var trained = program(["train", "--lr", "1", "--steps", "40", "--eval-every", "2", "--out", run, .. little]);
            Assert.Contains("ended early after step", trained, StringComparison.Ordinal);
            Assert.Contains(", near ", trained, StringComparison.Ordinal);
            var measured = File.ReadAllLines(Path.Combine(run, "measurements.csv"));
            Assert.Equal("step,loss,near", measured[0]);
            Assert.StartsWith("0,", measured[1], StringComparison.Ordinal);

            var swept = program(["sweep", "--refine", "--densities", "1", "--steps", "2", "--out", sweep, .. little]);
            Assert.Contains("the search is finished: 8 runs", swept, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

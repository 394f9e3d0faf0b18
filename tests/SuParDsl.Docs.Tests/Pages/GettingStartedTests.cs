namespace SuParDsl.Docs.Tests.Pages;

/// <summary>Tests the program of docs/getting-started.md, which is made from the page's own blocks.</summary>
[Collection(nameof(UsesTheConsole))]
public sealed class GettingStartedTests
{
    private const string Page = "docs/getting-started.md";

    [Fact]
    public void Its_table_is_the_one_that_the_program_prints()
    {
        var table = PageProgram.Compiled(Page)(["table", "--width", "1024", "--density", "1/16"]).TrimEnd('\n');
        var shown = Fence.In(Documentation.Read(Page)).Single(static fence => fence.Language == "text");
        var lines = Documentation.Read(Page).Split('\n').ToList();
        lines.RemoveRange(shown.FirstLine, shown.Count);
        lines.InsertRange(shown.FirstLine, table.Split('\n'));
        Documentation.Check(Page, string.Join('\n', lines));
    }

    [Fact]
    public void Its_commands_run()
    {
        var program = PageProgram.Compiled(Page);
        var folder = Directory.CreateTempSubdirectory("spirals").FullName;
        try
        {
            string[] little = ["--eval-batches", "1", "--steps", "2"];
            var (run, sweep) = (Path.Combine(folder, "first"), Path.Combine(folder, "sweep"));
            Assert.Contains("run folder", program(["train", "--out", run, .. little]), StringComparison.Ordinal);
            Assert.Contains("SµPar", program([
                "check", "--widths", "128,256", "--densities", "1,1/2", "--seeds", "1", "--steps", "1",
                "--out", Path.Combine(folder, "check"),
            ]), StringComparison.Ordinal);
            Assert.Contains(
                "all 3 runs are finished",
                program(["sweep", "--densities", "1", "--lrs", "2^-6", "--out", sweep, .. little]),
                StringComparison.Ordinal);
            Assert.Contains(
                "2^-6", program(["transfer", sweep, "--widths", "256", "--densities", "1/16"]), StringComparison.Ordinal);
            program(["report", run, sweep, "--out", Path.Combine(folder, "report.html")]);
            Assert.True(File.Exists(Path.Combine(folder, "report.html")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

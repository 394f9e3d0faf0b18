using SuParDsl.Lab.Reports;

namespace SuParDsl.Lab.Tests.Sweeps;

/// <summary>A tiny sweep that the tests transfer from and report on.</summary>
public sealed class TinySweep : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinySweep()
    {
        Data = folder.Write("text.txt", SmallText.Sentences);
        Assert.Equal(0, CommandLine.Run(
            "sweep", "--widths", "32", "--layers", "1", "--head-dim", "16", "--context", "16", "--steps", "4", "--batch", "4",
            "--eval-batches", "1", "--densities", "1,1/4", "--rules", "supar", "--lrs", "2^-9..2^-6", "--threads", "1",
            "--data", Data, "--out", Sweep).Code);
    }

    public string Data { get; }

    public string Sweep => folder["sweep"];

    public string Fresh(string name) => folder[name];

    public void Dispose() => folder.Dispose();
}

public sealed class TransferAndReportTests(TinySweep tiny) : IClassFixture<TinySweep>
{
    [Fact]
    public void The_best_learning_rate_is_transferred_and_every_multiplier_is_said()
    {
        var (code, output, error) = CommandLine.Run(
            "transfer", tiny.Sweep, "--widths", "64", "--densities", "1,1/8", "--threads", "1", "--data", tiny.Data);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("SµPar: base learning rate 2^-", output);
        Assert.Contains("best for width 32, density 1", output);
        // 1/(m_d·m_ρ) = 1/((64/256)·(1/8)) = 32.
        Assert.Contains(
            output.Split('\n'),
            static line => line.StartsWith("Blocks.0.Attn.Qkv.weight", StringComparison.Ordinal) && line.Contains("  32  "));
        Assert.Contains("64     1/8      Complete", output);
    }

    [Fact]
    public void A_transfer_leaves_runs_that_are_repeated_sampled_reported_and_exported()
    {
        string[] transfer =
        [
            "transfer", tiny.Sweep, "--widths", "48", "--densities", "1/2", "--threads", "1", "--data", tiny.Data,
        ];
        var (code, output, error) = CommandLine.Run(transfer);
        Assert.Equal((0, string.Empty), (code, error));
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(tiny.Sweep, "transfer"), "*-w48-d0.5-*"));
        var options = Path.Combine(run, "options.json");
        Assert.Contains($"NanoGpt train --config {options}", output);
        Assert.Contains($"NanoGpt report {tiny.Sweep} {run}", output);

        Assert.Equal((0, string.Empty), Result(CommandLine.Run("train", "--config", options, "--out", tiny.Fresh("again"))));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(tiny.Fresh("again"), "model.safetensors")));
        Assert.Equal(File.ReadAllText(Path.Combine(run, "sample.txt")), File.ReadAllText(tiny.Fresh("again/sample.txt")));

        Assert.Equal((0, string.Empty), Result(CommandLine.Run("sample", run, "--length", "5")));
        Assert.Equal((0, string.Empty), Result(CommandLine.Run("report", tiny.Sweep, run, "--out", tiny.Fresh("two.html"))));
        Assert.Contains("-w48-d0.5-", File.ReadAllText(tiny.Fresh("two.html")));
        Assert.Equal((0, string.Empty), Result(CommandLine.Run("export", run, tiny.Fresh("exported"), "--format", "nanogpt")));

        // The same command finds the run finished, and more steps are another run.
        var weights = File.GetLastWriteTimeUtc(Path.Combine(run, "checkpoints/step-00000004/model.safetensors"));
        Assert.Equal((0, string.Empty), Result(CommandLine.Run(transfer)));
        Assert.Equal(weights, File.GetLastWriteTimeUtc(Path.Combine(run, "checkpoints/step-00000004/model.safetensors")));
        Assert.Equal((0, string.Empty), Result(CommandLine.Run([.. transfer, "--steps", "6"])));
        Assert.True(File.Exists(Path.Combine(run + "-steps6", "model.safetensors")));

        static (int, string) Result((int Code, string Output, string Error) result) => (result.Code, result.Error);
    }

    [Fact]
    public void What_an_earlier_version_left_of_a_target_is_replaced()
    {
        string[] transfer = ["transfer", tiny.Sweep, "--widths", "80", "--threads", "1", "--data", tiny.Data];
        Assert.Equal(0, CommandLine.Run(transfer).Code);
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(tiny.Sweep, "transfer"), "*-w80-*"));
        foreach (var file in Directory.GetFiles(run)
            .Where(static file => !file.EndsWith("metrics.csv", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        Assert.Equal((0, string.Empty), CommandLine.Run(transfer) is var (code, _, error) ? (code, error) : default);
        Assert.True(File.Exists(Path.Combine(run, "config.json")));
    }

    [Theory]
    [InlineData("no target size is given")]
    [InlineData("has no finished run of µP", "--rule", "mup")]
    public void What_cannot_be_transferred_is_refused(string expected, params string[] more)
    {
        var (code, _, error) = CommandLine.Run(["transfer", tiny.Sweep, "--data", tiny.Data, .. more]);
        Assert.Equal(2, code);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Another_text_is_refused()
    {
        var other = tiny.Fresh("other.txt");
        File.WriteAllText(other, SmallText.Sentences + "A mat.");
        var (code, _, error) = CommandLine.Run("transfer", tiny.Sweep, "--densities", "1", "--data", other);
        Assert.Equal(2, code);
        Assert.Contains("name the same data with --data", error);
    }

    [Fact]
    public void The_report_holds_figures_tables_and_configuration_and_needs_nothing_else()
    {
        var page = tiny.Fresh("report.html");
        var (code, output, error) = CommandLine.Run("report", tiny.Sweep, "--out", page);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("1 folders, 1 figures", output);
        var html = File.ReadAllText(page);
        Assert.Contains("<figure id=\"f0\">", html);
        Assert.Contains("#f0 {", html);
        Assert.Contains("<td>S&#181;Par</td>", html);
        Assert.Contains("&quot;learningRates&quot;", html);
        Assert.Contains("prefers-color-scheme: dark", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("src=", html);
    }

    [Fact]
    public void A_report_on_no_run_is_refused()
    {
        var (code, _, error) = CommandLine.Run("report", Path.GetTempPath(), "--out", tiny.Fresh("none.html"));
        Assert.Equal(2, code);
        Assert.Contains("is not the folder of a run, a check, a sweep or a benchmark", error);
        Assert.False(File.Exists(tiny.Fresh("none.html")));
    }

    [Fact]
    public void Markdown_tables_are_escaped() => Assert.Equal(
        "<h3>a &lt; b</h3>\n<div class=\"table\"><table>\n<tr><th>x</th></tr>\n<tr><td>1 &amp; 2</td></tr>\n</table></div>\n"
        + "<ul>\n<li>so</li>\n</ul>\n",
        MarkdownTables.ToHtml("# a < b\n\n| x |\n| --- |\n| 1 & 2 |\n\n- so\n"));
}

using System.Globalization;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>Tests the lab with a model that takes its sizes as one record.</summary>
public sealed class RecordCurveTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_trains_at_the_sizes_that_options_name()
    {
        var (code, output, error) = Run("train", "--width", "32", "--steps", "40", "--eval-every", "20", "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("Up.weight", output);
        var losses = File.ReadAllLines(folder["run/metrics.csv"]).Select(static line => line.Split(',')).Skip(1)
            .Where(static row => row[1].Length > 0).Select(static row => double.Parse(row[1], CultureInfo.InvariantCulture))
            .ToList();
        Assert.Equal(40, losses.Count);
        Assert.True(losses[^1] < 0.5 * losses[0], $"from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Its_table_knows_the_derived_size()
    {
        var (code, output, error) = Run("table", "--width", "128", "--density", "1/8");
        Assert.Equal((0, string.Empty), (code, error));
        var up = output.Split('\n').Single(static line => line.StartsWith("Up.weight", StringComparison.Ordinal));
        Assert.Equal(
            ["Up.weight", "Hidden", "256×128", "128×64", "0.125"], up.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..5]);
    }

    [Fact]
    public void It_is_checked_over_widths_and_densities()
    {
        var (code, output, error) = Run(
            "check", "--widths", "32,64", "--densities", "1,1/4", "--steps", "2", "--seeds", "2", "--threshold", "30",
            "--out", folder["check"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("SµPar over width", output);
        Assert.Contains("SµPar over density", output);
        Assert.Contains("SµPar passes at ±30", output);
    }

    [Fact]
    public void A_derived_size_is_no_option() =>
        Assert.Contains("unknown option '--hidden'", Run("train", "--hidden", "3").Error);

    private static (int Code, string Output, string Error) Run(params string[] args) =>
        CommandLine.Catch(() => Lab.Run(args, RecordCurveProgram.Example));
}

using System.Globalization;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>The Llama-like example's own program on a small text.</summary>
public sealed class GqaExampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_learns()
    {
        var (code, output, error) = CommandLine.Of<Gqa.Llama>(
            "train", "--width", "32", "--layers", "1", "--head-dim", "8", "--groups", "2", "--context", "16", "--attn", "1/2",
            "--mlp", "1/4", "--steps", "30", "--batch", "8", "--warmup", "3", "--lr", "1e-2", "--eval-every", "15",
            "--eval-batches", "1", "--threads", "1", "--sample-length", "10",
            "--data", folder.Write("text.txt", SmallText.Sentences), "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("Blocks.0.Attn.K.weight", output);
        var losses = File.ReadAllLines(folder["run/metrics.csv"]).Select(static line => line.Split(',')).Skip(1)
            .Where(static row => row[1].Length > 0).Select(static row => double.Parse(row[1], CultureInfo.InvariantCulture))
            .ToList();
        var (first, last) = (losses.Take(3).Average(), losses.TakeLast(3).Average());
        Assert.True(last < 0.8 * first, $"from {first} to {last}");
    }

    [Fact]
    public void Groups_that_do_not_divide_the_heads_are_refused()
    {
        var (code, _, error) = CommandLine.Of<Gqa.Llama>(
            "train", "--width", "32", "--head-dim", "8", "--groups", "3", "--data", folder.Write("text.txt", SmallText.Sentences),
            "--out", folder["run"]);
        Assert.Equal(2, code);
        Assert.Contains("groups", error);
    }
}

using System.Globalization;
using Moe;
using SuParDsl.Checks;
using SuParDsl.Lab.Checks;
using SuParDsl.Optimizers;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>The example Moe, a language model with mixtures of sparse experts, at small sizes.</summary>
public sealed class MoeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_learns_and_writes()
    {
        var (code, output, error) = CommandLine.Of<MoeGpt>(
            "train", "--width", "32", "--layers", "1", "--experts", "4", "--head-dim", "8", "--context", "16", "--density", "1/2",
            "--steps", "40", "--batch", "8", "--accumulate", "2", "--warmup", "3", "--lr", "1e-2", "--eval-every", "20",
            "--eval-batches", "1", "--threads", "1", "--sample-length", "10",
            "--data", folder.Write("text.txt", SmallText.Sentences), "--out", folder["run"]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("Blocks.0.Moe.router.weight", output);
        Assert.Contains("Blocks.0.Moe.3.Down.weight", output);
        var losses = File.ReadAllLines(folder["run/metrics.csv"]).Select(static line => line.Split(',')).Skip(1)
            .Where(static row => row[1].Length > 0).Select(static row => double.Parse(row[1], CultureInfo.InvariantCulture))
            .ToList();
        var (first, last) = (losses.Take(3).Average(), losses.TakeLast(3).Average());
        Assert.True(last < 0.8 * first, $"from {first} to {last}");
    }

    [Fact]
    public void More_active_experts_than_there_are_are_refused_in_one_line()
    {
        var (code, _, error) = CommandLine.Of<MoeGpt>(
            "train", "--experts", "4", "--active", "5", "--data", folder.Write("text.txt", SmallText.Sentences),
            "--out", folder["run"]);
        Assert.Equal(2, code);
        Assert.Contains("Experts<FeedForward> activates 5 of 4 experts: it must be at most 4 (SUP118)", error);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public void Its_activations_stay_over_width_and_density_under_SuPar()
    {
        var (code, output, error) = CommandLine.Of<MoeGpt>(
            "check", "--widths", "64,128,256", "--densities", "1,1/4,1/16", "--rules", "supar,standard", "--layers", "1",
            "--context", "16", "--steps", "2", "--seeds", "3", "--batch", "8", "--threshold", "0.3", "--threads", "1",
            "--data", folder.Write("text.txt", SmallText.Sentences), "--out", folder["check"]);
        Assert.True(code == 0, output + error);
        Assert.Contains("SµPar passes at ±0.3", output);
        Assert.Contains("beyond ±0.3", output);
    }

    [Theory]
    [InlineData("adamw")]
    [InlineData("sgd")]
    public void Its_activations_stay_over_the_number_of_experts_at_two_active_ones(string optimizer) =>
        Assert.All(OverExperts(optimizer, active: static _ => 2), Stays);

    [Fact]
    public void Its_activations_stay_over_the_number_of_experts_at_a_quarter_of_active_ones()
    {
        // The mean of independent experts is smaller the more there are, until they have learned.
        var slopes = OverExperts("adamw", active: static experts => experts / 4);
        Assert.All(slopes.Where(static slope => slope.Layer != "Blocks.*.Moe"), Stays);
        Assert.InRange(slopes.Single(static slope => slope is { Layer: "Blocks.*.Moe", Step: 0 }).Value, -0.6, -0.4);
    }

    private static void Stays(CoordinateSlope slope) => Assert.True(Math.Abs(slope.Value) <= 0.3, $"{slope}");

    // Slopes of each kind of layer: experts that exist only in larger models count among all.
    private static List<CoordinateSlope> OverExperts(string optimizer, Func<int, int> active)
    {
        const int Vocabulary = 31, Length = 16, Rows = 16;
        MoeGpt.Size[] sizes =
        [
            .. new[] { 8, 16, 32 }.Select(experts => MoeGpt.Base with
            {
                Width = 64, Layers = 1, Experts = experts, Active = active(experts), Vocab = Vocabulary, Context = Length,
                Density = 0.25, AlphaIn = 50,
            }),
        ];
        var report = LayerKinds.Merge(CoordinateCheck.Run<MoeGpt, MoeGpt.Size>(
            sizes, Batch, static (logits, targets) => Functional.CrossEntropy(logits, targets),
            model => optimizer == "sgd" ? model.Sgd(lr: 0.5) : model.AdamW(lr: 0.01), steps: 3, seeds: 3));
        return [.. report.Slopes, .. report.ChangeSlopes.Select(static slope => slope with { Layer = "Δ " + slope.Layer })];

        static (Tensor Inputs, Tensor Targets) Batch(int step)
        {
            using var generator = new Generator((ulong)(step + 1));
            var inputs = randint(0, Vocabulary, [Rows, Length], generator: generator);
            return (inputs, (inputs * 7 + 3) % Vocabulary);
        }
    }
}

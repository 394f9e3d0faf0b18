using SuParDsl.Checks;
using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Checks;

/// <summary>Activations of deeper models, dense and sparse, with CompleteP and SµPar and with neither.</summary>
public class DepthTransferTests
{
    private const int Width = 128, Rows = 64, Steps = 6;
    private const double Rate = 1.0 / 256;

    // The 8 inputs of In have size 1, and σ = 0.1 gives σ·√8. With this multiplier, the stream starts at 1.
    private const double AlphaIn = 3.5;

    private static readonly int[] Depths = [2, 4, 8, 16];

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.125)]
    public void With_alpha_1_no_activation_moves_with_the_depth(double density) =>
        AssertStays(
            Check<Deep, Deep.Size>(depth => new() { Width = Width, Layers = depth, Density = density, AlphaIn = AlphaIn }));

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.125)]
    public void With_alpha_one_half_the_stream_stays_and_branches_learn_less_in_deeper_models(double density)
    {
        var report = Check<DeepByRoot, DeepByRoot.Size>(
            depth => new() { Width = Width, Layers = depth, Density = density, AlphaIn = AlphaIn });

        Assert.All(report.Slopes, static slope => Assert.True(
            slope.Value <= 0.15 && (slope.Value >= -0.15 || slope.Layer.StartsWith("Blocks.last", StringComparison.Ordinal)),
            $"{slope}"));
        AssertStreamLearns(report);

        // Their weights change by m_L^−½ as much. A branch of a deeper model learns less, which is why α = 1 is the
        // default.
        var branch = report.Slopes.Single(static slope => slope is { Layer: "Blocks.last.Down", Step: Steps });
        Assert.InRange(branch.Value, -0.3, -0.1);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.125)]
    public void Without_depth_scaling_the_stream_grows_with_the_depth(double density)
    {
        var report = Check<DeepPlain, DeepPlain.Size>(
            depth => new() { Width = Width, Layers = depth, Density = density, AlphaIn = AlphaIn });
        var stream = report.Slopes.Where(static slope => slope.Layer == "Blocks").ToDictionary(static slope => slope.Step);
        var changes = report.ChangeSlopes.Where(static slope => slope.Layer == "Blocks").ToDictionary(static slope => slope.Step);

        Assert.True(stream[Steps].Value > 0.4, $"the stream goes with depth^{stream[Steps].Value:F2}");
        Assert.True(changes[1].Value > 0.6, $"its change goes with depth^{changes[1].Value:F2}");
    }

    private static void AssertStays(CoordinateReport report)
    {
        report.ThrowIfSlopeAbove(0.15);
        Assert.Contains(report.Slopes, static slope => slope.Layer == "Blocks.last.Down");
        AssertStreamLearns(report);
    }

    private static void AssertStreamLearns(CoordinateReport report) => Assert.All(
        report.ChangeSlopes.Where(static slope => slope.Layer == "Blocks"),
        static slope => Assert.True(Math.Abs(slope.Value) <= 0.2,
            $"the stream's change goes with depth^{slope.Value:F2} at step {slope.Step}"));

    private static CoordinateReport Check<TModel, TSize>(Func<int, TSize> size)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : notnull
    {
        using var scope = NewDisposeScope();
        return CoordinateCheck.Run<TModel, TSize>(
            [.. Depths.Select(size)], Batch, static (logits, targets) => nn.functional.cross_entropy(logits, targets),
            static model => model.AdamW(Rate), Steps, seeds: 3).AtLastBlocks();
    }

    /// <summary>Points in eight dimensions. The class is the quadrant of the first two coordinates.</summary>
    private static (Tensor Inputs, Tensor Targets) Batch(int step)
    {
        var random = new SeededRandom(step, "points");
        float[] points = [.. Enumerable.Range(0, Rows * 8).Select(_ => (float)random.NextNormal())];
        long[] classes = [.. Enumerable.Range(0, Rows)
            .Select(row => (points[8 * row] > 0 ? 1L : 0) + (points[(8 * row) + 1] > 0 ? 2 : 0))];
        return (tensor(points, [Rows, 8]), tensor(classes));
    }
}

using SuParDsl.Lab.Charts;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Measures the time of a layer over its kept weights and over its width, which must grow in proportion. If
/// <c>SUPARDSL_FIGURES</c> names a folder, <c>layer-density.svg</c> and <c>layer-width.svg</c> are written there, both with
/// logarithmic axes.
/// </summary>
internal static class ScalingBenchmark
{
    private const int Rounds = 7, Width = 1024, PerNeuron = 32;

    public static void Run()
    {
        var densities = new[] { 256, 128, 64, 32, 16, 8, 4, 2, 1 }.Select(static denominator => 1.0 / denominator)
            .Select(static density => (X: density, Row: Row(Width, density))).ToList();
        var widths = new[] { 256, 512, 1024, 2048, 4096 }
            .Select(static width => (X: (double)width, Row: Row(width, (double)PerNeuron / width))).ToList();
        if (Environment.GetEnvironmentVariable("SUPARDSL_FIGURES") is { Length: > 0 } folder)
        {
            Write(folder, "layer-density.svg", $"A layer {Width} × {Width}, forward and both gradients", "density", densities);
            Write(
                folder, "layer-width.svg", $"A layer with {PerNeuron} weights a neuron, forward and both gradients", "width",
                widths);
        }
    }

    private static SpeedRow Row(int width, double density)
    {
        using var scope = NewDisposeScope();
        using var model = SparseStack.Compressed(density, width, width);
        Tensor x = randn(LayerBenchmark.Batch, width).requires_grad_(), dy = randn(LayerBenchmark.Batch, width),
            w = randn(width, width).requires_grad_();
        var times = Measure.Alternating(
            Rounds,
            () => LayerBenchmark.Step(x, dy, () => model.call(x)),
            () => LayerBenchmark.Step(x, dy, () => nn.functional.linear(x, w)));
        var row = SpeedRow.Of(
            $"layer {width}×{width}, {model.Kept} kept, {get_num_threads()} threads", "dense", times[0], times[1], null);
        SpeedTable.Add(row);
        return row;
    }

    private static void Write(string folder, string file, string title, string x, IReadOnlyList<(double X, SpeedRow Row)> rows)
    {
        Panel panel = new(
            $"batch {LayerBenchmark.Batch}, {get_num_threads()} threads",
            [
                new("dense", [.. rows.Select(static row => new ChartPoint(row.X, row.Row.BaselineMilliseconds))]),
                new("compressed", [.. rows.Select(static row => new ChartPoint(row.X, row.Row.Milliseconds))]),
            ]);
        File.WriteAllText(Path.Combine(folder, file), new PanelFigure(title, x, "ms", 1, [panel], HasLogY: true).ToSvg());
    }
}

using SuParDsl.Engine;
using SuParDsl.Kernels;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Compares sparse layers, forward and both gradients through autograd, with the same products in dense form, and measures
/// their threads and chains.
/// </summary>
internal static class LayerBenchmark
{
    public const int Batch = 512;
    private const int Rounds = 15;

    public static void Run()
    {
        foreach (var (outputs, inputs) in (ReadOnlySpan<(int, int)>)[(1024, 1024), (4096, 1024)])
        {
            foreach (var (density, wanted) in (ReadOnlySpan<(double, double)>)[(0.25, 1), (0.1, 3), (0.05, 6), (0.01, 15)])
            {
                using var scope = NewDisposeScope();
                using var model = SparseStack.Compressed(density, inputs, outputs);
                Tensor x = randn(Batch, inputs).requires_grad_(), dy = randn(Batch, outputs),
                    w = randn(outputs, inputs).requires_grad_();
                var times = Measure.Alternating(
                    Rounds,
                    () => Step(x, dy, () => model.call(x)),
                    () => Step(x, dy, () => nn.functional.linear(x, w)));
                SpeedTable.Add(SpeedRow.Of(
                    FormattableString.Invariant(
                        $"layer {outputs}×{inputs}, density {density}, batch {Batch}, {get_num_threads()} threads"),
                    "dense", times[0], times[1], wanted));
            }
        }
    }

    /// <summary>
    /// Compressed layers beside masked ones, at densities and shapes around the limits of <see cref="StorageRule"/>.
    /// </summary>
    public static void RunStorage()
    {
        foreach (var (rows, columns) in (ReadOnlySpan<(int, int)>)[(256, 256), (1024, 1024), (64, 1024), (16, 4096), (4096, 16)])
        {
            foreach (var density in (ReadOnlySpan<double>)[1.0 / 16, 1.0 / 8, 1.0 / 4, 0.3, 0.4, 0.5])
            {
                using var scope = NewDisposeScope();
                using var model = SparseStack.Compressed(density, columns, rows);
                Tensor x = randn(Batch, columns).requires_grad_(), dy = randn(Batch, rows),
                    w = randn(rows, columns).requires_grad_();
                var times = Measure.Alternating(
                    Rounds,
                    () => Step(x, dy, () => model.call(x)),
                    () => Step(x, dy, () => nn.functional.linear(x, w)));
                SpeedTable.Add(SpeedRow.Of(
                    FormattableString.Invariant($"layer {rows}×{columns}, density {density:G3}, {get_num_threads()} threads"),
                    "masked", times[0], times[1], null));
            }
        }
    }

    /// <summary>The kernels alone, forward and both gradients, on two threads and on one.</summary>
    public static unsafe void RunThreads()
    {
        const int Inputs = 1024, Outputs = 4096;
        foreach (var density in (ReadOnlySpan<double>)[0.1, 0.01])
        {
            using var scope = NewDisposeScope();
            var pattern = SparsePattern.Of(MaskDraw.Draw(Mask.Exact, [Outputs, Inputs], density, 0, nameof(RunThreads)));
            Tensor x = randn(Batch, Inputs), dx = zeros(Batch, Inputs), y = zeros(Batch, Outputs), dy = randn(Batch, Outputs);
            Tensor values = randn(pattern.Count), gradient = zeros(pattern.Count);
            SparseStage[] stages =
            [
                new(pattern, TensorMemory.FloatsOf(values), null) { ValueGradient = TensorMemory.FloatsOf(gradient) },
            ];
            void On(int threads)
            {
                SparseKernels.Best.Forward(stages, TensorMemory.FloatsOf(x), TensorMemory.FloatsOf(y), Batch, threads);
                SparseKernels.Best.Backward(
                    stages, TensorMemory.FloatsOf(x), TensorMemory.FloatsOf(dy), TensorMemory.FloatsOf(dx), Batch, threads);
            }

            var times = Measure.Alternating(Rounds, () => On(2), () => On(1));
            SpeedTable.Add(SpeedRow.Of(
                FormattableString.Invariant($"kernels 4096×1024, density {density}, 2 threads"), "1 thread", times[0],
                times[1], 1.7));
        }
    }

    public static void RunChain()
    {
        foreach (var (density, wanted) in (ReadOnlySpan<(double, double?)>)[(0.1, null), (0.01, 1.5)])
        {
            using var scope = NewDisposeScope();
            using var model = SparseStack.Compressed(density, 1024, 4096, 1024);
            Tensor x = randn(Batch, 1024).requires_grad_(), dy = randn(Batch, 1024);
            var times = Measure.Alternating(
                Rounds, () => Step(x, dy, () => model.Chained(x)), () => Step(x, dy, () => model.call(x)));
            SpeedTable.Add(SpeedRow.Of(
                FormattableString.Invariant($"Up → Gelu → Down 1024·4096·1024 chained, density {density}"), "unchained",
                times[0], times[1], wanted));
        }
    }

    /// <summary>Forward and both gradients.</summary>
    public static void Step(Tensor x, Tensor dy, Func<Tensor> forward)
    {
        using var scope = NewDisposeScope();
        var y = forward();
        y.backward([dy]);
        x.grad = null;
    }
}

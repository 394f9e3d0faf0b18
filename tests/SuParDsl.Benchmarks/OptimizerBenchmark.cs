using SuParDsl.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Compares AdamW over 100 tensors of 256², each with its own multipliers, with the engine's own AdamW and with streaming
/// the same bytes.
/// </summary>
internal static class OptimizerBenchmark
{
    private const int Tensors = 100, Size = 256, Rounds = 25;

    public static void Run()
    {
        using var scope = NewDisposeScope();
        Parameter[] Make() => [.. Enumerable.Range(0, Tensors).Select(static _ =>
        {
            var parameter = new Parameter(randn(Size, Size));
            parameter.grad = randn(Size, Size);
            return parameter;
        })];
        var (own, other, streamed) = (Make(), Make(), Make());
        static double Rate(int i) => 1e-3 / (i + 1);
        FusedSegment[] Segments(Parameter[] parameters) => [.. parameters.Select(static (p, i) => new FusedSegment(p, null, i))];
        using var fused = FusedOptimizers.Adam(
            Segments(own), [.. Enumerable.Repeat((0.1, 1e-8), Tensors)], 0.9, 0.95, decoupled: true);
        using var stream = new FusedUpdates<StreamRule>(Segments(streamed), Tensors, static (_, _, _) => default);
        using var stock = optim.AdamW(
            other.Select(static (p, i) => new AdamW.ParamGroup([p], Rate(i), 0.9, 0.95, 1e-8, 0.1)), 1e-3, 0.9, 0.95, 1e-8, 0.1);
        for (var i = 0; i < Tensors; i++)
        {
            fused.SetRate(i, Rate(i));
        }

        var times = Measure.Alternating(Rounds, fused.Step, () => stock.step(), stream.Step);
        var what = $"AdamW, {Tensors} tensors of {Size}², {get_num_threads()} threads";
        SpeedTable.Add(SpeedRow.Of(what, "the engine's own", times[0], times[1], 5));
        SpeedTable.Add(SpeedRow.Of(what, "streaming its bytes", times[0], times[2], 1 / 1.5));
    }

    /// <summary>Reads and writes the same memory as AdamW, and computes next to nothing.</summary>
    private readonly struct StreamRule : IUpdateRule
    {
        public static int Moments => 2;

        public static void Update<TSimd, V>(in UpdateConstants c, ref V weight, V gradient, ref V first, ref V second)
            where TSimd : struct, ISimd<V>
            where V : struct
        {
            weight = TSimd.Add(weight, gradient);
            first = TSimd.Add(first, gradient);
            second = TSimd.Add(second, gradient);
        }
    }
}

using System.Globalization;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>Cross-entropy, forward and backward, against the engine's own: time, and memory beyond the logits.</summary>
internal static class LossBenchmark
{
    private const int Rounds = 9;

    public static void Run()
    {
        foreach (var (rows, classes) in (ReadOnlySpan<(int, int)>)[(2048, 96), (1024, 50_304)])
        {
            using var logits = randn(rows, classes).requires_grad_();
            using var targets = randint(classes, [rows], dtype: int64);
            void Own() => Step(logits, () => SuParDsl.Functional.CrossEntropy(logits, targets));
            void Other() => Step(logits, () => nn.functional.cross_entropy(logits, targets));
            var times = Measure.Alternating(Rounds, Own, Other);
            SpeedTable.Add(SpeedRow.Of(
                $"cross-entropy of {rows}×{classes} logits, {get_num_threads()} threads", "the engine's own",
                times[0], times[1], null));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"loss: beyond {4.0 * rows * classes / 1e6:F1} MB of logits {ResidentMemory.PeakOf(Own) / 1e6:F1} MB, "
                + $"the engine's own {ResidentMemory.PeakOf(Other) / 1e6:F1} MB"));
        }
    }

    private static void Step(Tensor logits, Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        loss().backward();
        logits.grad = null;
    }
}

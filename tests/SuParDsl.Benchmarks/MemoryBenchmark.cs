using System.Globalization;
using NanoGpt;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Measures the process's memory: after 2,000 training steps over after 100, and its peak within an optimizer's step.
/// </summary>
internal static class MemoryBenchmark
{
    public static void Run()
    {
        Grow();
        Peak(fused: true);
        Peak(fused: false);
    }

    private static void Grow()
    {
        using var model =
            new Gpt(Gpt.Base with { Width = 64, Layers = 2, Vocab = 96, Context = 32, HeadDim = 16, Density = 0.25 });
        using var optimizer = model.AdamW(lr: 1e-3, weightDecay: 0.1);
        using var ids = randint(96, [8, 33], dtype: int64);
        long early = 0;
        for (var step = 1; step <= 2000; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var logits = model.call(ids.narrow(1, 0, 32));
            nn.functional.cross_entropy(logits.flatten(0, 1), ids.narrow(1, 1, 32).flatten()).backward();
            optimizer.ClipGradNorm(1);
            optimizer.step();
            if (step == 100)
            {
                early = ResidentMemory.Now();
            }
        }

        var late = ResidentMemory.Now();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"memory: {early >> 20} MiB after 100 steps, {late >> 20} MiB after 2000, "
            + $"ratio {(double)late / early:F3} (at most 1.05 wanted)"));
    }

    // Two tensors, the larger one of 64 MiB.
    private static void Peak(bool fused)
    {
        const int Size = 4096;
        using var model = SparseStack.Compressed(1, Size, Size, Size / 2);
        using var optimizer = model.AdamW(lr: 1e-3, weightDecay: 0.1, fused: fused);
        var highest = 0L;
        for (var step = 0; step < 4; step++)
        {
            using (var scope = NewDisposeScope())
            {
                model.call(ones(1, Size)).sum().backward();
            }

            var peak = ResidentMemory.PeakOf(() => optimizer.step(maxNorm: 1));
            highest = step == 0 ? 0 : Math.Max(highest, peak);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"memory: an optimizer step ({(fused ? "fused" : "the engine's own")}) takes {highest / 1048576.0:F2} MiB "
            + $"beyond what is there; the largest segment has {4 * Size * Size >> 20} MiB"));
    }
}

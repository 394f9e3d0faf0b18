using System.Diagnostics;
using NanoGpt;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>The process's memory after 2,000 training steps over its memory after 100.</summary>
internal static class MemoryBenchmark
{
    public static void Run()
    {
        using var model = new Gpt(Gpt.Base with { Width = 64, Layers = 2, Vocab = 96, Context = 32, HeadDim = 16, Density = 0.25 });
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
                early = ResidentBytes();
            }
        }

        var late = ResidentBytes();
        Console.WriteLine(FormattableString.Invariant(
            $"memory: {early >> 20} MiB after 100 steps, {late >> 20} MiB after 2000, ratio {(double)late / early:F3} (at most 1.05 wanted)"));
    }

    // The managed nursery fills to its budget once, some 16 MiB, before anything is collected: emptied, it hides no growth.
    private static long ResidentBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.WorkingSet64;
    }
}

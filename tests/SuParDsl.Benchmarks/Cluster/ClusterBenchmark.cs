using System.Diagnostics;
using System.Globalization;
using NanoGpt;
using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks.Cluster;

/// <summary>
/// Estimates data parallel training on many devices. The times of one device are measured here, and the network is modeled
/// by a latency and a bandwidth. With <c>SUPARDSL_SCALING=docs/scaling.md</c> the tables of that page are written again.
/// </summary>
internal static class ClusterBenchmark
{
    private const string Begin = "<!-- cluster: written by the benchmarks -->\n", End = "<!-- cluster: end -->";

    private const double Accelerator = 1000;

    public static void Run()
    {
        var cost = StorageCost.ThisMachine();
        var device = new Device(cost.Dense, cost.Kept, cost.Feature, Update());
        var job = new Job(Width: 2048, Layers: 24, Vocabulary: 50_304, Context: 1024, Tokens: 1 << 21);
        var threads = get_num_threads().ToString(CultureInfo.InvariantCulture);
        var tables = string.Join('\n', new[]
        {
            ClusterTable.Of($"Processors like this one ({threads} threads), 25 Gb/s Ethernet", job, device, new(20e-6, 3.125e9)),
            ClusterTable.Of(
                FormattableString.Invariant(
                    $"Devices that are {Accelerator} times as fast, with the same gain from density, 400 Gb/s InfiniBand"),
                job, device.Times(Accelerator), new(5e-6, 50e9)),
        });
        Console.WriteLine(tables);
        if (Environment.GetEnvironmentVariable("SUPARDSL_SCALING") is { Length: > 0 } file)
        {
            var text = File.ReadAllText(file);
            var (from, to) =
                (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
            File.WriteAllText(file, $"{text[..from]}{tables}{text[to..]}");
        }
    }

    // Seconds for AdamW to update one weight, clipping included.
    private static double Update()
    {
        using var model = new Gpt(Gpt.Base with { Width = 512, Layers = 4, Vocab = 96, Context = 64, HeadDim = 64 });
        using var optimizer = model.AdamW(lr: 1e-3, weightDecay: 0.1);
        using var scope = NewDisposeScope();
        model.call(zeros(1, 8, dtype: int64)).sum().backward();
        return Measure.Alternating(9, () => optimizer.step(maxNorm: 1))[0].Median / 1e3
            / model.Tensors.Sum(static tensor => tensor.Count);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NanoGpt;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Compares a training step of NanoGpt at density 1/128 and dense with the same model in masked storage, and with a peer
/// program if <c>SUPARDSL_PEER</c> is a command that takes <c>--width … --density …</c> and prints a line of JSON with
/// <c>median_ms</c>.
/// </summary>
internal static class SparseGptBenchmark
{
    private const int Width = 1024, Layers = 4, Vocab = 96, Context = 128, HeadDim = 64, Batch = 8, Rounds = 7, PeerRounds = 3,
        PeerSteps = 5;
    private const double Sparse = 1.0 / 128;

    public static void Run()
    {
        using var ids = randint(Vocab, [Batch, Context + 1], dtype: int64);
        var what = $"NanoGpt step, width {Width}, {Layers} layers, context {Context}, batch {Batch}, {get_num_threads()} threads";
        using var compressed = new Step(ids, Sparse, Storage.Compressed);
        using (var masked = new Step(ids, Sparse, Storage.Masked))
        {
            var times = Measure.Alternating(Rounds, compressed.Run, masked.Run);
            SpeedTable.Add(SpeedRow.Of($"{what}, density 1/128", "stored masked", times[0], times[1], 6));
        }

        if (Environment.GetEnvironmentVariable("SUPARDSL_PEER") is { Length: > 0 } peer)
        {
            Against(peer, compressed, Sparse, $"{what}, density 1/128", 6);
            using var dense = new Step(ids, 1, Storage.Masked);
            Against(peer, dense, 1, $"{what}, dense", 1);
        }
    }

    /// <summary>Measures the effect of chaining Up, Gelu and Down on a whole training step.</summary>
    public static void RunChains()
    {
        using var ids = randint(Vocab, [Batch, Context + 1], dtype: int64);
        foreach (var density in (ReadOnlySpan<double>)[0.1, 0.01])
        {
            using var chained = new Step(ids, density, Storage.Compressed);
            using var apart = new Step(ids, density, Storage.Compressed, chains: false);
            var times = Measure.Alternating(Rounds, chained.Run, apart.Run);
            SpeedTable.Add(SpeedRow.Of(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"NanoGpt step, width {Width}, {Layers} layers, context {Context}, batch {Batch}, density {density}, "
                    + $"chained, {get_num_threads()} threads"),
                "one by one", times[0], times[1], null));
        }
    }

    // The peer is a separate process, so rounds of several steps alternate with ours.
    private static void Against(string peer, Step own, double density, string what, double wanted)
    {
        var arguments = string.Create(
            CultureInfo.InvariantCulture,
            $"{peer} --width {Width} --layers {Layers} --context {Context} --batch {Batch} --vocab {Vocab} --density {density} "
            + $"--threads {get_num_threads()} --steps {PeerSteps}");
        var (ownTimes, peerTimes) = (new double[PeerRounds], new double[PeerRounds]);
        for (var round = 0; round < PeerRounds; round++)
        {
            ownTimes[round] = Measure.Alternating(PeerSteps, own.Run)[0].Median;
            peerTimes[round] = MedianOf(arguments);
        }

        SpeedTable.Add(SpeedRow.Of(what, "the peer", new(ownTimes), new(peerTimes), wanted));
    }

    private static double MedianOf(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadToEnd().Split('\n')
            .FirstOrDefault(static l => l.Contains("median_ms", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"SUPARDSL_PEER printed no line with median_ms: {command}");
        using var json = JsonDocument.Parse(line[line.IndexOf('{')..]);
        return json.RootElement.GetProperty("median_ms").GetDouble();
    }

    /// <summary>A model, its optimizer and a batch.</summary>
    private sealed class Step : IDisposable
    {
        private readonly Gpt model;
        private readonly MuOptimizer optimizer;
        private readonly Tensor ids;

        public Step(Tensor ids, double density, Storage storage, bool chains = true)
        {
            this.ids = ids;
            model = new(Gpt.Base with
            {
                Width = Width, Layers = Layers, Vocab = Vocab, Context = Context, HeadDim = HeadDim, Density = density,
                Bias = true,
            });
            model.UseStorage(storage);
            foreach (var linear in model.modules().OfType<SuParDsl.Linear>())
            {
                linear.Chains = chains;
            }

            optimizer = model.AdamW(lr: 1e-3, beta2: 0.95, weightDecay: 0.1);
        }

        public void Run()
        {
            using var scope = NewDisposeScope();
            SuParDsl.Functional.CrossEntropy(model.call(ids.narrow(1, 0, Context)), ids.narrow(1, 1, Context)).backward();
            optimizer.step(maxNorm: 1);
        }

        public void Dispose()
        {
            optimizer.Dispose();
            model.Dispose();
        }
    }
}

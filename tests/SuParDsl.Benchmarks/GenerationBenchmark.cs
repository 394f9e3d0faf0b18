using System.Globalization;
using NanoGpt;
using SuParDsl.Lab.Generation;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Generates text with and without a key-value cache, and with sparse models beside dense ones. Both sides of a row must give the
/// same number of tokens, and with and without a cache the same tokens.
/// </summary>
internal static class GenerationBenchmark
{
    private const int Vocab = 96, HeadDim = 64, Context = 1024;

    public static void Run()
    {
        Cache(width: 256, layers: 6, tokens: 512, rounds: 3);
        foreach (var density in (ReadOnlySpan<double>)[1 / 4.0, 1 / 16.0, 1 / 64.0])
        {
            Sparse(width: 1024, layers: 4, density, tokens: 64, rounds: 7);
        }
    }

    private static void Cache(int width, int layers, int tokens, int rounds)
    {
        using var model = Make(width, layers, 1);
        List<int> with = [], without = [];
        var times = Measure.Prepared(
            rounds, warmup: 1, () => () => with = Generate(model, tokens, CacheUse.On),
            () => () => without = Generate(model, tokens, CacheUse.Off));
        if (!with.SequenceEqual(without))
        {
            throw new InvalidOperationException("the cache gives another text");
        }

        SpeedTable.Add(SpeedRow.Of(
            $"{tokens} tokens, width {width}, {layers} layers, with the cache, {get_num_threads()} threads", "without it",
            times[0], times[1], 10));
        Report(with.Count, times[0]);
    }

    private static void Sparse(int width, int layers, double density, int tokens, int rounds)
    {
        using var sparse = Make(width, layers, density);
        using var dense = Make(width, layers, 1);
        var times = Measure.Alternating(
            rounds, () => Generate(sparse, tokens, CacheUse.On), () => Generate(dense, tokens, CacheUse.On));
        SpeedTable.Add(SpeedRow.Of(
            $"{tokens} tokens, width {width}, {layers} layers, density 1/{1 / density:F0}, {sparse.Blocks[0].Attn.Qkv.Storage}, "
            + $"{get_num_threads()} threads",
            "dense", times[0], times[1], density < 1 / 32.0 ? 3 : null));
        Report(tokens, times[0]);
    }

    private static void Report(int tokens, Times times) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"generation: {1000 * tokens / times.Median:F0} tokens/s"));

    private static Gpt Make(int width, int layers, double density) => new(
        Gpt.Base with
        {
            Width = width, Layers = layers, Vocab = Vocab, Context = Context, HeadDim = HeadDim, Density = density, Sigma = 0.1,
        },
        seed: 1);

    private static List<int> Generate(Gpt model, int tokens, CacheUse use)
    {
        List<int> drawn = [];
        TextGenerator.Continue(
            new LanguageModel(model, Context, CPU) { Cache = use }, [1], new Sampling(tokens) { Seed = 7 },
            (_, token) =>
            {
                drawn.Add(token);
                return true;
            },
            CancellationToken.None);
        return drawn;
    }
}

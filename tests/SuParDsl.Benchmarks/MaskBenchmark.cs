using System.Globalization;
using NanoGpt;
using SuParDsl.Sparsity;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Measures the cost of a mask update beside a plain step, and the additional cost of measuring q, in percent of the time
/// of all steps at the default interval.
/// </summary>
internal static class MaskBenchmark
{
    private const int Width = 512, Layers = 2, Vocab = 96, Context = 128, HeadDim = 64, Batch = 8, Rounds = 15;

    public static void Run()
    {
        using var ids = randint(Vocab, [Batch, Context + 1], dtype: int64);
        foreach (var density in (ReadOnlySpan<double>)[1 / 4.0, 1 / 64.0])
        {
            using var plain = new Training(ids, density, Rule.SuPar, interval: int.MaxValue / 2);
            using var moving = new Training(ids, density, Rule.SuPar, interval: 1);
            using var measuring = new Training(ids, density, Rule.Measured, interval: 1);
            var times = Measure.Alternating(Rounds, plain.Step, moving.Step, measuring.Step);
            var interval = new MaskSchedule { Stop = 1 }.Interval;
            double Share(Times more, Times less) =>
                100 * Times.Quantile(
                    more.Rounds.Zip(less.Rounds, times[0].Rounds).Select(static t => (t.First - t.Second) / t.Third),
                    0.5) / interval;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"masks: NanoGpt width {Width}, {Layers} layers, density {density}: a step {times[0].Median:F1} ms, "
                + $"with RigL's update {times[1].Median:F1} ms, measured too {times[2].Median:F1} ms"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"masks: one in {interval} steps: updates {Share(times[1], times[0]):F2} %, "
                + $"measurements {Share(times[2], times[1]):F2} % of the time of all (at most 3 wanted)"));
        }
    }

    private sealed class Training : IDisposable
    {
        private readonly Gpt model;
        private readonly MuOptimizer optimizer;
        private readonly DynamicMasks masks;
        private readonly Tensor ids;

        public Training(Tensor ids, double density, Rule rule, int interval)
        {
            this.ids = ids;
            model = new(Gpt.Base with
            {
                Width = Width, Layers = Layers, Vocab = Vocab, Context = Context, HeadDim = HeadDim, Density = density,
                Rule = rule,
            });
            model.UseMethod(SparsityMethod.RigL);
            optimizer = model.AdamW(lr: 1e-3, beta2: 0.95);
            masks = new(model, optimizer, new() { Interval = interval, Stop = int.MaxValue - 1 });
        }

        public void Step()
        {
            using var scope = NewDisposeScope();
            nn.functional.cross_entropy(
                model.call(ids.narrow(1, 0, Context)).view(-1, Vocab), ids.narrow(1, 1, Context).reshape(-1)).backward();
            masks.Step(1);
        }

        public void Dispose()
        {
            masks.Dispose();
            optimizer.Dispose();
            model.Dispose();
        }
    }
}

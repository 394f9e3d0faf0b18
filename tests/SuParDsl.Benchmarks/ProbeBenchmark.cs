using System.Diagnostics;
using System.Globalization;
using NanoGpt;
using SuParDsl.Checks;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Measures the cost of possible probes for a forward pass without them. Probes are hooks, and emitted code has no line for
/// them, so the only cost is a check for hooks at each call of a layer.
/// </summary>
internal static class ProbeBenchmark
{
    private const int Width = 256, Layers = 6, Vocab = 96, Context = 128, HeadDim = 64, Batch = 16, Rounds = 25,
        Calls = 1_000_000;

    public static void Run()
    {
        using var frozen = no_grad();
        using var ids = randint(Vocab, [Batch, Context], dtype: int64);
        using var never = Make();
        using var before = Make();
        new Probes(before, () => before.call(ids)).Dispose();
        var times = Measure.Alternating(Rounds, () => Forward(before, ids), () => Forward(never, ids));
        var ratios = times[0].Rounds.Zip(times[1].Rounds, static (a, b) => a / b);
        var layers = never.named_modules().Count();
        var (called, direct) = Calling();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"probes: forward of NanoGpt width {Width}, {Layers} layers, batch {Batch}: {times[1].Median:F1} ms; "
            + $"after probes were there over never: {Times.Quantile(ratios, 0.5):F3} (0.98 to 1.02 wanted)"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"probes: a layer's call {called:F0} ns, its forward alone {direct:F0} ns: × {layers} layers "
            + $"{1e-4 * (called - direct) * layers / times[1].Median:F4} % of that forward (at most 2 wanted)"));
    }

    private static Gpt Make() =>
        new(Gpt.Base with { Width = Width, Layers = Layers, Vocab = Vocab, Context = Context, HeadDim = HeadDim });

    private static void Forward(Gpt model, Tensor ids)
    {
        using var scope = NewDisposeScope();
        model.call(ids);
    }

    private static (double Called, double Direct) Calling()
    {
        using var nothing = new Nothing();
        using var x = zeros(1);
        var times = Measure.Alternating(5, () => Repeat(() => nothing.call(x)), () => Repeat(() => nothing.forward(x)));
        return (1e6 * times[0].Median / Calls, 1e6 * times[1].Median / Calls);
    }

    private static void Repeat(Action action)
    {
        for (var i = 0; i < Calls; i++)
        {
            action();
        }
    }

    private sealed class Nothing() : nn.Module<Tensor, Tensor>(nameof(Nothing))
    {
        public override Tensor forward(Tensor input) => input;
    }
}

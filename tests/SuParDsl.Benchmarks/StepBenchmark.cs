using NanoGpt;
using static TorchSharp.torch;

namespace SuParDsl.Benchmarks;

/// <summary>
/// Compares a training step of the emitted NanoGpt with the same model written by hand for the same engine, in one run.
/// </summary>
internal static class StepBenchmark
{
    private const int Width = 256, Layers = 6, Vocab = 96, Context = 128, HeadDim = 64, Batch = 16, Rounds = 15;

    public static void Run()
    {
        using var emitted =
            new Gpt(Gpt.Base with { Width = Width, Layers = Layers, Vocab = Vocab, Context = Context, HeadDim = HeadDim });
        using var emittedOptimizer = emitted.AdamW(lr: 1e-3, weightDecay: 0.1);
        using var hand = new HandWrittenGpt(Width, Layers, Vocab, Context, HeadDim);
        using var handOptimizer = optim.AdamW(hand.parameters(), lr: 1e-3, weight_decay: 0.1);
        using var ids = randint(Vocab, [Batch, Context + 1], dtype: int64);

        void Emitted() =>
            Step(emitted, ids, emittedOptimizer.zero_grad, () => emittedOptimizer.ClipGradNorm(1), emittedOptimizer.step);
        void Hand() => Step(
            hand, ids, handOptimizer.zero_grad, () => nn.utils.clip_grad_norm_(hand.parameters(), 1), () => handOptimizer.step());

        var times = Measure.Alternating(Rounds, Emitted, Hand);
        SpeedTable.Add(SpeedRow.Of(
            $"NanoGpt step, width {Width}, {Layers} layers, context {Context}, batch {Batch}, dense, "
            + $"emitted, {get_num_threads()} threads",
            "hand-written", times[0], times[1], 1 / 1.1));
    }

    private static void Step(nn.Module<Tensor, Tensor> model, Tensor ids, Action zeroGrad, Action clip, Action step)
    {
        using var scope = NewDisposeScope();
        zeroGrad();
        var logits = model.call(ids.narrow(1, 0, Context));
        var loss = nn.functional.cross_entropy(logits.flatten(0, 1), ids.narrow(1, 1, Context).flatten());
        loss.backward();
        clip();
        step();
    }
}

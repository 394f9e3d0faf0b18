using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>The gradients of micro-batches add up to the step of the whole batch: each loss is divided by their number.</summary>
public class AccumulationTests
{
    private const int Rows = 6, Length = 8;
    private const double MaxNorm = 0.05;

    // ε is far above rounding errors. Otherwise, a weight without a gradient would step by the sign of a rounding error.
    private const double Epsilon = 1e-4;

    public static TheoryData<string, bool, int> Ways => new()
    {
        { "AdamW", true, 2 }, { "AdamW", true, 3 }, { "AdamW", false, 3 },
        { "Sgd", true, 3 }, { "Sgd", false, 3 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Micro_batches_give_the_step_of_the_whole_batch(string name, bool fused, int count)
    {
        using var whole = SmallGpt(fused);
        using var parts = SmallGpt(fused);
        using var wholeOptimizer = Make(name, whole, fused);
        using var partsOptimizer = Make(name, parts, fused);
        Assert.Equal(fused, wholeOptimizer.IsFused);
        for (var step = 0; step < 3; step++)
        {
            var norm = Step(whole, wholeOptimizer, step, 1);

            // The gradients are clipped once, by the norm of their sum.
            Assert.Equal(norm, Step(parts, partsOptimizer, step, count), 1e-5 * norm);
            Assert.True(norm > 2 * MaxNorm);
        }

        foreach (var tensor in whole.Tensors)
        {
            var (expected, actual) = (whole.GetWeights(tensor.Name), parts.GetWeights(tensor.Name));
            Assert.Equal(expected, actual, static (a, b) => Math.Abs(a - b) <= 2e-6);
            if (parts.Masks.TryGetValue(tensor.Name, out var mask))
            {
                Assert.All(
                    Enumerable.Range(0, actual.Length),
                    i => Assert.True(mask[i] || actual[i] == 0, $"{tensor.Name}[{i}] is {actual[i]}"));
            }
        }
    }

    [Fact]
    public void A_part_s_gradients_are_not_the_whole_s()
    {
        using var whole = SmallGpt(fused: true);
        using var part = SmallGpt(fused: true);
        using var wholeOptimizer = Make("Sgd", whole, fused: true);
        using var partOptimizer = Make("Sgd", part, fused: true);
        Step(whole, wholeOptimizer, 0, 1);
        partOptimizer.zero_grad();
        Backward(part, 0, 0, Rows / 3);
        partOptimizer.ClipGradNorm(MaxNorm);
        partOptimizer.step();

        var name = whole.Tensors[0].Name;
        Assert.Contains(
            whole.GetWeights(name).Zip(part.GetWeights(name)), static pair => Math.Abs(pair.First - pair.Second) > 1e-5);
    }

    [Fact]
    public void A_loss_scale_is_removed_once()
    {
        using var whole = SmallGpt(fused: true);
        using var parts = SmallGpt(fused: true);
        using var plain = whole.AdamW(lr: 0.01, eps: Epsilon);
        using var scaled = parts.AdamW(lr: 0.01, eps: Epsilon, lossScale: new LossScale(1024));
        var norm = Step(whole, plain, 0, 1);

        Assert.Equal(norm, Step(parts, scaled, 0, 3), 1e-5 * norm);
        Assert.Equal(whole.GetWeights("Tok.weight"), parts.GetWeights("Tok.weight"), static (a, b) => Math.Abs(a - b) <= 2e-6);
    }

    private static Gpt SmallGpt(bool fused)
    {
        var model = new Gpt(Gpt.Base with
        {
            Width = 32, Layers = 2, Vocab = 13, Context = Length, HeadDim = 8, Attn = 0.5, Mlp = 0.25, Sigma = 0.1,
        }, seed: 1);
        model.UseStorage(fused ? Storage.Compressed : Storage.Masked);
        return model;
    }

    private static MuOptimizer Make(string name, Model model, bool fused) => name == "Sgd"
        ? model.Sgd(lr: 0.1, momentum: 0.9, weightDecay: 0.01, fused: fused)
        : model.AdamW(lr: 0.01, eps: Epsilon, weightDecay: 0.1, fused: fused);

    /// <summary>Takes one step on a batch in a number of parts, and returns the norm before clipping.</summary>
    private static double Step(Gpt model, MuOptimizer optimizer, int step, int parts)
    {
        optimizer.zero_grad();
        for (var part = 0; part < parts; part++)
        {
            Backward(model, step, part * Rows / parts, (part + 1) * Rows / parts, (optimizer.LossScale?.Value ?? 1) / parts);
        }

        var norm = optimizer.ClipGradNorm(MaxNorm);
        optimizer.step();
        return norm;
    }

    private static void Backward(Gpt model, int step, int first, int end, double factor = 1)
    {
        using var scope = NewDisposeScope();
        long[] ids = [.. Enumerable.Range(first * Length, (end - first) * Length)
            .Select(i => (i * 7L + (i * i) % 5 + step) % 13)];
        var inputs = tensor(ids, [end - first, Length]);
        (nn.functional.cross_entropy(model.call(inputs).flatten(0, 1), inputs.roll(-1, 1).flatten()) * factor).backward();
    }
}

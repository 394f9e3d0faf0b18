using SuParDsl.Tests.Models;
using static TorchSharp.torch;

namespace SuParDsl.Tests.Optimizers;

/// <summary>
/// Runs of CompleteP's own code (EleutherAI/nanoGPT-mup, branch completep, model.py at 6f8bc3b; torch 1.13), made by
/// tests/reference/completep.py: width 64 over 32, depth 8 over 2, biases, λ 0.1, η 0.01, ε 1e-12
/// as in its train.py, 20 steps. At an ε of 1e-8 it is 1e-5 away: that code scales every group's ε, table 1 and this project only the
/// residual blocks'.
/// </summary>
public class CompletePRunTests
{
    private const int Context = 16, Batch = 4, Vocab = 40, Steps = 20;

    private static readonly double[] LossesAt1 =
    [
        3.71649122, 3.64596009, 3.69134998, 3.63844061, 3.50116849, 3.48226976, 3.45543122, 3.36071968, 3.32140756, 3.20531583,
        3.322474, 3.06631041, 3.16268015, 2.92773461, 2.98842788, 2.98910832, 2.86756659, 2.86981249, 2.72053456, 2.71386623,
    ];

    private static readonly double[] LossesAtHalf =
    [
        3.71359324, 3.64067793, 3.68695974, 3.62064767, 3.50218916, 3.4689486, 3.37395525, 3.3038764, 3.21377802, 3.118294,
        3.20178628, 3.02462363, 3.1050446, 2.86576962, 2.88394976, 2.9402585, 2.77083063, 2.76699066, 2.65232277, 2.58882523,
    ];

    [Fact]
    public void CompleteP_is_followed_at_alpha_1()
    {
        using var model = new DeepGpt(64, 8);
        Assert.InRange(Difference(model, LossesAt1, WeightDecay.CompleteP), 0, 1e-6);
    }

    [Fact]
    public void CompleteP_is_followed_at_alpha_one_half()
    {
        using var model = new DeepGptByRoot(64, 8);
        Assert.InRange(Difference(model, LossesAtHalf, WeightDecay.CompleteP), 0, 1e-6);
    }

    [Theory]
    [InlineData(WeightDecay.Coupled)]
    [InlineData(WeightDecay.Independent)]
    public void Another_mode_does_not_follow_it(WeightDecay mode)
    {
        using var model = new DeepGptByRoot(64, 8);
        Assert.InRange(Difference(model, LossesAtHalf, mode), 1e-5, 0.1);
    }

    // The largest relative difference of a loss.
    private static double Difference(Model model, double[] reference, WeightDecay mode)
    {
        foreach (var (seed, tensor) in model.Tensors.Index().Where(static entry => entry.Item.Axes.Length == 2))
        {
            var std = 0.02 / (tensor.Role == Role.Hidden ? Math.Sqrt(2) : 1);
            model.SetWeights(tensor.Name, [.. SplitMixDraws.Uniform((ulong)seed, tensor.Count).Select(u => (float)((u - 0.5) * (std * Math.Sqrt(12))))]);
        }

        var at = 0L;
        var text = tensor([.. SplitMixDraws.Uniform(1000, Steps * Batch * (Context + 1)).Select(u => (at += 1 + (3 * (long)(u * 4))) % Vocab)])
            .view(Steps, Batch, Context + 1);
        using var optimizer = model.AdamW(0.01, beta2: 0.95, eps: 1e-12, weightDecay: 0.1, decay: mode);
        return reference.Select((expected, step) =>
        {
            using var scope = NewDisposeScope();
            var logits = model.call(text[step].narrow(1, 0, Context));
            var loss = nn.functional.cross_entropy(logits.flatten(0, 1), text[step].narrow(1, 1, Context).flatten());
            loss.backward();
            optimizer.step(maxNorm: 1);
            return Math.Abs(loss.ToDouble() - expected) / expected;
        }).ToArray().Max();
    }
}

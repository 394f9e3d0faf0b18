// Both points go through the same layers on purpose.
#pragma warning disable SUP122

using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>A siamese model: pairs of points, whose vectors lie close if the points have one sign.</summary>
[Model]
public partial class Pairs([MuWidth(32)] int width, [Density] double density = 1.0, Rule rule = Rule.SuPar)
{
    public Linear In { get; } = new(2, width);

    [Sparse(nameof(density))]
    public Linear Mid { get; } = new(width, width);

    public Linear Out { get; } = new(width, 4);

    [Flow] (Tensor, Tensor) Flow([Shape("B", 2)] Tensor left, [Shape("B", 2)] Tensor right) =>
        (left | In | Tanh | Mid | Tanh | Out, right | In | Tanh | Mid | Tanh | Out);
}

/// <summary>Its program.</summary>
public static class PairsProgram
{
    public static Example<Pairs, Pairs.Size> Example { get; } = new(
        "Pairs", "Pairs of points.", Pairs.Base with { Density = 0.5 })
    {
        Data = Data(static (left, right) => [("right", right), ("left", left)]),
        Loss = Loss.OfTuple(
            static (outputs, targets) => nn.functional.binary_cross_entropy_with_logits(
                (outputs[0] * outputs[1]).sum(-1, keepdim: true), targets),
            static (outputs, targets) => (outputs[0] * outputs[1]).sum(-1, keepdim: true).gt(0).eq(targets.gt(0.5))
                .to(ScalarType.Float32).mean()),
        Training = new() { Steps = 80, Batch = 32, Warmup = 5, EvalEvery = 40, EvalBatches = 4, LearningRate = 1e-2 },
    };

    /// <summary>Pairs of points, as inputs that a function makes of them.</summary>
    public static BatchData Data(Func<Tensor, Tensor, IReadOnlyList<(string, Tensor)>> inputs)
    {
        return new(
            "pairs", (rows, seed, step) => Draw(rows, (int)(1000 * seed) + step),
            (rows, count) => Enumerable.Range(0, count).Select(batch => Draw(rows, -1 - batch)));

        Batch Draw(int rows, int seed)
        {
            var random = new Random(seed);
            float[] points = [.. Enumerable.Range(0, rows * 4).Select(_ => (float)((2 * random.NextDouble()) - 1))];
            var both = tensor(points, [2, rows, 2]);
            var (left, right) = (both[0], both[1]);
            var alike = (left.slice(1, 0, 1, 1) * right.slice(1, 0, 1, 1)).gt(0).to(ScalarType.Float32);
            return new(inputs(left, right), alike);
        }
    }
}

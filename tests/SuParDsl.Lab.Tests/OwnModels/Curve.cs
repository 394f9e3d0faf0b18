using SuParDsl.Lab.Data;
using SuParDsl.Lab.Training;
using static TorchSharp.torch;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>A model of a user's own: a curve through points.</summary>
[Model]
public partial class Curve([MuWidth(64)] int width, [Density] double density = 1.0, Rule rule = Rule.SuPar)
{
    public Linear In { get; } = new(1, width);

    [Sparse(nameof(density))]
    public Linear Hidden { get; } = new(width, width);

    public Linear Out { get; } = new(width, 1);

    [Flow] Tensor Flow(Tensor x) => x | In | Tanh | Hidden | Tanh | Out;
}

/// <summary>The sine of points drawn at random, learned by least squares.</summary>
public static class CurveProgram
{
    public static Example<Curve, Curve.Size> Example { get; } = new(
        "Curve", "A sparse curve through points.", Curve.Base with { Density = 1 / 4.0 })
    {
        Data = new BatchData("a sine", static (rows, seed, step) => Points(rows, (1000 * seed) + step), static (rows, count) =>
            Enumerable.Range(0, count).Select(batch => Points(rows, -1 - batch)))
        {
            Unit = "point",
        },
        Loss = Loss.MeanSquare,
        Training = new() { Steps = 60, Batch = 16, Warmup = 5, EvalEvery = 20, EvalBatches = 2 },
    };

    private static Batch Points(int rows, long seed)
    {
        var random = new Random((int)seed);
        var x = tensor(Enumerable.Range(0, rows).Select(_ => (float)((4 * random.NextDouble()) - 2)).ToArray(), [rows, 1]);
        return new(x, x.sin());
    }
}

// One learning rate for all methods: they are compared here, not used.
#pragma warning disable SUP214

using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>A curve through points with a mask of each kind: one moves, one has a pattern and stays.</summary>
[Model]
public partial class MovingCurve(
    [MuWidth(64)] int width, [Density] double moved = 1.0, [Density] double fixedly = 1.0, Rule rule = Rule.SuPar)
{
    public Linear In { get; } = new(1, width);

    [Sparse(nameof(moved), Method = SparsityMethod.RigL)]
    public Linear First { get; } = new(width, width);

    [Sparse(nameof(fixedly), Mask = Mask.Balanced)]
    public Linear Second { get; } = new(width, width);

    public Linear Out { get; } = new(width, 1);

    [Flow] Tensor Flow(Tensor x) => x | In | Tanh | First | Tanh | Second | Tanh | Out;
}

/// <summary>A curve through points that is pruned while it learns.</summary>
[Model]
public partial class PrunedCurve([MuWidth(64)] int width, [Density] double density = 1.0, Rule rule = Rule.SuPar)
{
    public Linear In { get; } = new(1, width);

    [Sparse(nameof(density), Method = SparsityMethod.Gmp)]
    public Linear Hidden { get; } = new(width, width);

    public Linear Out { get; } = new(width, 1);

    [Flow] Tensor Flow(Tensor x) => x | In | Tanh | Hidden | Tanh | Out;
}

/// <summary>They learn the points of <see cref="CurveProgram"/>.</summary>
public static class MovingCurvePrograms
{
    private static readonly TrainingOptions Short = CurveProgram.Example.Training with { Steps = 8, EvalEvery = 8, Warmup = 1 };

    public static Example<MovingCurve, MovingCurve.Size> Moving { get; } = new(
        "MovingCurve", "A curve with a dynamic mask.", MovingCurve.Base)
    {
        Data = CurveProgram.Example.Data, Loss = Loss.MeanSquare, Training = Short,
    };

    public static Example<PrunedCurve, PrunedCurve.Size> Pruned { get; } = new(
        "PrunedCurve", "A curve that is pruned.", PrunedCurve.Base)
    {
        Data = CurveProgram.Example.Data, Loss = Loss.MeanSquare, Training = Short,
    };
}

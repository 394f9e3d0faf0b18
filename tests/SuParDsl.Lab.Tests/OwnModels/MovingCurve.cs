// All methods have the same learning rate, because they are only compared here.
#pragma warning disable SUP214

using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>A curve through points with two masks: one is dynamic, and the other has a pattern and stays fixed.</summary>
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

/// <summary>The examples, which learn the points of <see cref="CurveProgram"/>.</summary>
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

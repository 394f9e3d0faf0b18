using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Tests.OwnModels;

/// <summary>The sizes of a <see cref="RecordCurve"/>, in a record of the user's own.</summary>
public sealed record CurveSize([MuWidth(64)] int Width, [Density] double Density = 1.0, Rule Rule = Rule.SuPar)
{
    /// <summary>The inner width.</summary>
    public int Hidden => 2 * Width;
}

/// <summary>A curve through points that takes a record of sizes.</summary>
[Model]
public partial class RecordCurve(CurveSize s)
{
    public Linear In { get; } = new(1, s.Width);

    [Sparse(nameof(s.Density))]
    public Linear Up { get; } = new(s.Width, s.Hidden);

    public Linear Out { get; } = new(s.Hidden, 1);

    [Flow] Tensor Flow(Tensor x) => x | In | Tanh | Up | Tanh | Out;
}

/// <summary>Learns the points of <see cref="CurveProgram"/>.</summary>
public static class RecordCurveProgram
{
    public static Example<RecordCurve, CurveSize> Example { get; } = new(
        "RecordCurve", "A curve whose sizes are a record.", RecordCurve.Base with { Density = 1 / 4.0 })
    {
        Data = CurveProgram.Example.Data,
        Loss = Loss.MeanSquare,
        Training = CurveProgram.Example.Training,
    };
}

using SuParDsl.Checks;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;
using SuParDsl.Optimizers;

namespace SuParDsl.Lab.Checks;

/// <summary>What a coordinate check varies and how it trains.</summary>
/// <param name="Axes">The values of each axis. The first is used while another axis varies.</param>
/// <param name="Rules">The rules to compare.</param>
/// <param name="Training">Optimizer, learning rate, steps and batch of each model.</param>
/// <param name="Seeds">The number of models for each size.</param>
/// <param name="Threshold">The largest slope that passes.</param>
/// <param name="FirstSeed">The seed of the first of them; the others follow.</param>
/// <param name="UntilDecided">Whether more seeds are measured until the verdict is decided.</param>
internal sealed record CheckPlan(
    IReadOnlyDictionary<SizeAxis, double[]> Axes, IReadOnlyList<Rule> Rules, TrainingOptions Training,
    int Seeds, double Threshold, int FirstSeed = 1, bool UntilDecided = false)
{
    /// <summary>The rule whose slopes decide whether the check passes: SµPar if it is checked, otherwise the last one.</summary>
    public Rule Judged => Rules.Contains(Rule.SuPar) ? Rule.SuPar : Rules[^1];

    /// <summary>The axes that vary.</summary>
    public IEnumerable<SizeAxis> Varying => Axes.Where(static axis => axis.Value.Length > 1).Select(static axis => axis.Key);

    /// <summary>
    /// Training at a constant learning rate, without weight decay and clipping, which would hide that an activation grows.
    /// </summary>
    public static TrainingOptions TrainingOf(OptimizerChoice optimizer, double? lr, int steps, int batch) => new()
    {
        Optimizer = optimizer,
        LearningRate = lr ?? optimizer.CheckLr(),
        Steps = steps,
        Batch = batch,
        Warmup = 0,
        LrDecay = LrDecay.Constant,
        WeightDecay = 0,
        GradClip = 0,
    };
}

/// <summary>The measurements along one axis under one rule.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Report">The measurements.</param>
/// <param name="Readouts">The layers that compute logits, by kind.</param>
internal sealed record CheckResult(SizeAxis Axis, Rule Rule, CoordinateReport Report, IReadOnlySet<string> Readouts)
{
    /// <summary>The measurements whose slopes are compared: those of the last blocks over depth, otherwise all.</summary>
    public CoordinateReport Compared { get; } = Axis == SizeAxis.Depth ? Report.AtLastBlocks() : Report;

    /// <summary>The compared measurements averaged over layers of the same kind, for tables and figures.</summary>
    public CoordinateReport Kinds => field ??= LayerKinds.Merge(Compared);

    /// <summary>The verdict on the slopes of all kinds of layers.</summary>
    /// <remarks>
    /// By design, µP's logits decrease with the width at initialization, before the readout has been trained. A readout's
    /// activation must therefore only not grow with the width. Its change since initialization is in the table.
    /// </remarks>
    public SlopeJudgement Judge(double threshold, double error = SlopeJudgement.DefaultError) =>
        new(SlopeEstimate.Of(Kinds.Points, layer => Axis == SizeAxis.Width && Readouts.Contains(layer)), threshold, error);
}

using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Checks;

/// <summary>What a coordinate check varies and how it trains.</summary>
/// <param name="Axes">The values of each axis; the first is where it stands while another one varies.</param>
/// <param name="Rules">The rules to compare.</param>
/// <param name="Training">Optimizer, learning rate, steps and batch of each model.</param>
/// <param name="Seeds">The number of models for each size.</param>
/// <param name="Threshold">The largest slope that passes.</param>
internal sealed record CheckPlan(
    IReadOnlyDictionary<SizeAxis, double[]> Axes, IReadOnlyList<Rule> Rules, TrainingOptions Training, int Seeds, double Threshold)
{
    /// <summary>The rule whose slopes decide: SµPar where it is checked, else the last one.</summary>
    public Rule Judged => Rules.Contains(Rule.SuPar) ? Rule.SuPar : Rules[^1];

    /// <summary>The axes that vary.</summary>
    public IEnumerable<SizeAxis> Varying => Axes.Where(static axis => axis.Value.Length > 1).Select(static axis => axis.Key);
}

/// <summary>What was measured along one axis under one rule.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Report">The measurements.</param>
/// <param name="Readouts">The layers that make logits.</param>
internal sealed record CheckResult(SizeAxis Axis, Rule Rule, CoordinateReport Report, IReadOnlySet<string> Readouts)
{
    /// <summary>The measurements whose slopes are compared: all of them, over depth those of the last blocks.</summary>
    public CoordinateReport Compared { get; } = Axis == SizeAxis.Depth ? Report.AtLastBlocks() : Report;

    /// <summary>The same by kinds of layers: what people read.</summary>
    public CoordinateReport Kinds => field ??= LayerKinds.Merge(Compared);

    /// <summary>The slopes that are farther from 0 than a threshold; one that is not a number is.</summary>
    /// <remarks>
    /// µP's logits start at a size that falls with the width, by design: the readout has met no data. So a readout's
    /// activation is only held not to grow with it; its change since the start is in the table.
    /// </remarks>
    public IEnumerable<CoordinateSlope> Above(double threshold) => Compared.Slopes.Where(slope =>
        !(Math.Abs(slope.Value) <= threshold) && !(Axis == SizeAxis.Width && Readouts.Contains(slope.Layer) && slope.Value <= threshold));
}

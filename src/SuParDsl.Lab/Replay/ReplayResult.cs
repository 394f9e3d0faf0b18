namespace SuParDsl.Lab.Replay;

/// <summary>A step of a replay and the same step of the reference.</summary>
/// <param name="Step">Its number, from 0.</param>
/// <param name="Loss">The loss of the replay.</param>
/// <param name="ReferenceLoss">The loss of the reference.</param>
/// <param name="GradientNorm">The gradient norm of the replay.</param>
/// <param name="ReferenceGradientNorm">The gradient norm of the reference.</param>
internal sealed record ReplayStep(int Step, double Loss, double ReferenceLoss, double GradientNorm, double ReferenceGradientNorm)
{
    /// <summary>The relative difference of the losses.</summary>
    public double LossDifference => Math.Abs(Loss - ReferenceLoss) / Math.Abs(ReferenceLoss);

    /// <summary>The relative difference of the gradient norms.</summary>
    public double GradientNormDifference => Math.Abs(GradientNorm - ReferenceGradientNorm) / Math.Abs(ReferenceGradientNorm);
}

/// <summary>The differences between a replay and its reference.</summary>
/// <param name="Steps">Its steps.</param>
/// <param name="LogitDifference">The largest absolute difference of the logits before the first step.</param>
/// <param name="WeightDifference">The largest absolute difference of a weight after the last step.</param>
/// <param name="Rates">The learning-rate multipliers of the replay's parameter groups.</param>
/// <param name="ReferenceRates">The learning-rate multipliers of the reference's parameter groups.</param>
internal sealed record ReplayResult(
    IReadOnlyList<ReplayStep> Steps, double LogitDifference, double WeightDifference,
    IReadOnlyList<double> Rates, IReadOnlyList<double> ReferenceRates)
{
    /// <summary>The bound on <see cref="LogitDifference"/>.</summary>
    public const double LogitTolerance = 1e-5;

    /// <summary>The largest relative difference of a loss; NaN if a loss is NaN.</summary>
    public double LossDifference => Largest(static step => step.LossDifference);

    /// <summary>The largest relative difference of a gradient norm.</summary>
    public double GradientNormDifference => Largest(static step => step.GradientNormDifference);

    /// <summary>Whether the same multipliers occur in both, however tensors are grouped.</summary>
    public bool RatesAgree => AllAmong(Rates, ReferenceRates) && AllAmong(ReferenceRates, Rates);

    /// <summary>Whether every bounded difference is within its bound. A NaN loss is not.</summary>
    public bool Passes(double tolerance) => Passes(tolerance, LossDifference);

    /// <summary>
    /// Whether every bounded difference is within its bound, with the largest difference of a loss given by the caller.
    /// </summary>
    public bool Passes(double tolerance, double lossDifference) =>
        LogitDifference <= LogitTolerance && RatesAgree && lossDifference <= tolerance;

    /// <summary>
    /// The largest relative distance between a loss of the reference and the range of losses that this run has with other
    /// roundings. An unstable run amplifies its last bits, so that even PyTorch does not reproduce it on another processor.
    /// </summary>
    /// <param name="others">The losses of the same run with its initial weights changed in the last bit.</param>
    public double LossDifferenceWithRounding(IReadOnlyList<IReadOnlyList<double>> others) => Largest(step =>
    {
        double[] losses = [step.Loss, .. others.Select(run => run[step.Step])];
        var outside = Math.Max(losses.Min() - step.ReferenceLoss, step.ReferenceLoss - losses.Max());
        return Math.Max(outside, 0) / Math.Abs(step.ReferenceLoss);
    });

    private double Largest(Func<ReplayStep, double> difference) =>
        Steps.Aggregate(0.0, (largest, step) => Math.Max(largest, difference(step)));

    private static bool AllAmong(IReadOnlyList<double> some, IReadOnlyList<double> others) =>
        some.All(rate => others.Any(other => Math.Abs(rate - other) <= 1e-9 * Math.Abs(other)));
}

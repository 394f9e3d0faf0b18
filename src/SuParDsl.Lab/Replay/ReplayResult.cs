namespace SuParDsl.Lab.Replay;

/// <summary>A step of a replay beside the reference's.</summary>
/// <param name="Step">Its number, from 0.</param>
/// <param name="Loss">The loss here.</param>
/// <param name="ReferenceLoss">The loss there.</param>
/// <param name="GradientNorm">The gradient norm here.</param>
/// <param name="ReferenceGradientNorm">The gradient norm there.</param>
internal sealed record ReplayStep(int Step, double Loss, double ReferenceLoss, double GradientNorm, double ReferenceGradientNorm)
{
    /// <summary>The relative difference of the losses.</summary>
    public double LossDifference => Math.Abs(Loss - ReferenceLoss) / Math.Abs(ReferenceLoss);

    /// <summary>The relative difference of the gradient norms.</summary>
    public double GradientNormDifference => Math.Abs(GradientNorm - ReferenceGradientNorm) / Math.Abs(ReferenceGradientNorm);
}

/// <summary>How far a replay strayed from its reference.</summary>
/// <param name="Steps">Its steps.</param>
/// <param name="LogitDifference">The largest absolute difference of the logits before the first step.</param>
/// <param name="WeightDifference">The largest absolute difference of a weight after the last.</param>
/// <param name="Rates">The learning-rate multipliers of the groups here.</param>
/// <param name="ReferenceRates">The learning-rate multipliers of the groups there.</param>
internal sealed record ReplayResult(
    IReadOnlyList<ReplayStep> Steps, double LogitDifference, double WeightDifference,
    IReadOnlyList<double> Rates, IReadOnlyList<double> ReferenceRates)
{
    /// <summary>The bound on <see cref="LogitDifference"/>.</summary>
    public const double LogitTolerance = 1e-5;

    /// <summary>The largest relative difference of a loss. Not a number where one of them is none.</summary>
    public double LossDifference => Steps.Max(static step => step.LossDifference);

    /// <summary>The largest relative difference of a gradient norm.</summary>
    public double GradientNormDifference => Steps.Max(static step => step.GradientNormDifference);

    /// <summary>Whether the groups have the reference's learning rates, whichever groups share one.</summary>
    public bool RatesAgree => AllAmong(Rates, ReferenceRates) && AllAmong(ReferenceRates, Rates);

    /// <summary>Whether everything that is bounded is within its bound. Losses that are no numbers are not.</summary>
    public bool Passes(double tolerance) =>
        LogitDifference <= LogitTolerance && RatesAgree && Steps.All(step => step.LossDifference <= tolerance);

    private static bool AllAmong(IReadOnlyList<double> some, IReadOnlyList<double> others) =>
        some.All(rate => others.Any(other => Math.Abs(rate - other) <= 1e-9 * Math.Abs(other)));
}

namespace SuParDsl.Optimizers;

/// <summary>How the base learning rate changes over a run: the factor on η at each step.</summary>
/// <param name="Warmup">The number of steps over which the factor rises linearly to 1.</param>
/// <param name="Steps">The length of the run.</param>
/// <param name="LrDecay">The shape after the warm-up.</param>
/// <param name="Final">The factor at the last step, in [0, 1].</param>
/// <param name="Cooldown">
/// The fraction of the run, at its end, over which a <see cref="LrDecay.Stable"/> schedule decays, in (0, 1].
/// </param>
/// <param name="Formula">How the factor rises over the warm-up.</param>
/// <exception cref="ArgumentOutOfRangeException">The final factor is not in [0, 1].</exception>
public sealed record Schedule(
    int Warmup, int Steps, LrDecay LrDecay = LrDecay.Constant, double Final = 0, double Cooldown = 0.2,
    WarmupFormula Formula = WarmupFormula.AboveZero)
{
    /// <summary>
    /// The factor at the last step, in [0, 1]; nanoGPT's <c>min_lr/learning_rate</c>, for which it recommends 0.1.
    /// </summary>
    public double Final { get; init => field = RequireFinal(value); } = RequireFinal(Final);

    /// <summary>The factor on η at a step, counted from 0.</summary>
    public double At(int step)
    {
        if (step < Warmup)
        {
            return Formula switch
            {
                WarmupFormula.AboveZero => (step + 1.0) / (Warmup + 1),
                WarmupFormula.FromZero => (double)step / Warmup,
                _ => throw new ArgumentOutOfRangeException(nameof(Formula), Formula, "is not a warm-up formula"),
            };
        }

        var start = Math.Max(1, Warmup) + 1.0;
        var progress = Math.Clamp((double)(step - Warmup) / Math.Max(1, Steps - Warmup), 0, 1);
        return LrDecay switch
        {
            LrDecay.Constant => 1,
            LrDecay.Linear => 1 + ((Final - 1) * progress),
            LrDecay.Cosine => Final + ((1 - Final) * 0.5 * (1 + Math.Cos(Math.PI * progress))),
            LrDecay.Stable => 1 + ((Final - 1) * Math.Clamp(1 - ((Steps - step) / (Cooldown * Steps)), 0, 1)),
            // As in "Attention is all you need": 1 at the end of the warm-up.
            LrDecay.InverseSquareRoot => Math.Sqrt(start / (start + step - Warmup)),
            _ => throw new ArgumentOutOfRangeException(nameof(LrDecay), LrDecay, "is not a decay"),
        };
    }

    private static double RequireFinal(double value) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(Final), value, "the final factor must be in [0, 1]: the learning rate ends at that fraction of its peak");
}

/// <summary>The shape of a schedule after its warm-up.</summary>
public enum LrDecay
{
    /// <summary>No decay.</summary>
    Constant,

    /// <summary>A straight line to the final factor.</summary>
    Linear,

    /// <summary>Half a cosine to the final factor.</summary>
    Cosine,

    /// <summary>
    /// No decay, then a straight line to the final factor over the last fraction of the run, <see cref="Schedule.Cooldown"/>.
    /// </summary>
    Stable,

    /// <summary>Decay with 1/√step.</summary>
    InverseSquareRoot,
}

namespace SuParDsl;

/// <summary>How the base learning rate moves over a run: factors on η, as functions of the step.</summary>
/// <param name="Warmup">The number of steps over which the factor rises linearly to 1.</param>
/// <param name="Steps">The length of the run.</param>
/// <param name="Decay">The shape after the warm-up.</param>
/// <param name="Final">The factor at the last step, in [0, 1].</param>
public sealed record Schedule(int Warmup, int Steps, Decay Decay = Decay.Constant, double Final = 0)
{
    /// <summary>The factor on η at a step, counted from 0.</summary>
    public double At(int step)
    {
        if (step < Warmup)
        {
            return (step + 1.0) / (Warmup + 1);
        }

        var progress = Math.Clamp((double)(step - Warmup) / Math.Max(1, Steps - Warmup), 0, 1);
        return Decay switch
        {
            Decay.Constant => 1,
            Decay.Linear => 1 + ((Final - 1) * progress),
            Decay.Cosine => Final + ((1 - Final) * 0.5 * (1 + Math.Cos(Math.PI * progress))),
            _ => throw new ArgumentOutOfRangeException(nameof(Decay), Decay, "is not a decay"),
        };
    }
}

/// <summary>The shape of a schedule after its warm-up.</summary>
public enum Decay
{
    /// <summary>No decay.</summary>
    Constant,

    /// <summary>A straight line to the final factor.</summary>
    Linear,

    /// <summary>Half a cosine to the final factor.</summary>
    Cosine,
}

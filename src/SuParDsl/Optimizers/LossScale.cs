namespace SuParDsl.Optimizers;

/// <summary>
/// A factor on the loss that keeps small gradients inside half precision's range. It doubles after 2000 steps with finite
/// gradients and halves after a step whose gradients overflowed (Micikevicius et al., arXiv 1710.03740).
/// </summary>
public sealed class LossScale
{
    private const int GrowthInterval = 2000;

    /// <param name="initial">The initial factor, at least 1. Scaling by a power of two is exact.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1 or not finite.</exception>
    public LossScale(double initial = 65536) => Value = double.IsFinite(initial) && initial >= 1
        ? initial
        : throw new ArgumentOutOfRangeException(nameof(initial), initial, "the loss scale must be a finite number, at least 1");

    /// <summary>The factor to multiply the loss with before <c>backward</c>.</summary>
    public double Value { get; private set; }

    /// <summary>The number of steps that were skipped because a gradient was not finite.</summary>
    public int Skipped { get; private set; }

    /// <summary>The number of steps with finite gradients since the factor last changed.</summary>
    internal int GoodSteps { get; private set; }

    internal void Restore(double value, int goodSteps, int skipped) => (Value, GoodSteps, Skipped) = (value, goodSteps, skipped);

    internal void Update(bool finite)
    {
        if (!finite)
        {
            Value = Math.Max(1, Value / 2);
            Skipped++;
            GoodSteps = 0;
        }
        else if (++GoodSteps == GrowthInterval)
        {
            Value *= 2;
            GoodSteps = 0;
        }
    }
}

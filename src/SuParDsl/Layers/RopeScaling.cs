namespace SuParDsl;

/// <summary>
/// Scales the frequencies of a <see cref="Rope"/>, so that a model reads longer windows than it was trained with.
/// </summary>
/// <param name="Factor">The factor f by which frequencies are divided, at least 1; 1 for no scaling.</param>
/// <param name="Context">
/// The window of training, as in Llama 3.1: only frequencies whose wavelength is long compared with it are divided. If it is 0,
/// all frequencies are divided (position interpolation, arXiv 2306.15595).
/// </param>
/// <param name="Low">A wavelength above <paramref name="Context"/>/Low is divided by f.</param>
/// <param name="High">
/// A wavelength below <paramref name="Context"/>/High does not change. Between both, the factor is interpolated.
/// </param>
public sealed record RopeScaling(double Factor, int Context = 0, double Low = 1, double High = 4)
{
    /// <summary>The factor f.</summary>
    /// <exception cref="SizeException">It is below 1, or not a number.</exception>
    public double Factor { get; } = Factor >= 1 && double.IsFinite(Factor)
        ? Factor : throw new SizeException($"the factor of a RopeScaling is {Factor}: it must be at least 1");

    /// <summary>The window of training; 0 to divide all frequencies.</summary>
    /// <exception cref="SizeException">It is negative.</exception>
    public int Context { get; } = Context >= 0
        ? Context : throw new SizeException($"the context of a RopeScaling is {Context}: it must be at least 0");

    /// <summary>The upper bound of <see cref="Low"/>.</summary>
    /// <exception cref="SizeException">It is not above <see cref="Low"/>, or <see cref="Low"/> is not positive.</exception>
    public double High { get; } = Low > 0 && High > Low && double.IsFinite(High)
        ? High : throw new SizeException(
            $"the bounds of a RopeScaling are {Low} and {High}: they must be positive and in ascending order");

    /// <summary>The scaled frequency.</summary>
    internal double Scale(double frequency)
    {
        if (Context == 0)
        {
            return frequency / Factor;
        }

        // The number of turns that the coordinate makes in the window of training.
        var turns = Context * frequency / (2 * Math.PI);
        var kept = Math.Clamp((turns - Low) / (High - Low), 0, 1);
        return ((1 - kept) * frequency / Factor) + (kept * frequency);
    }
}

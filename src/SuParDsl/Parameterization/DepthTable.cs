namespace SuParDsl.Parameterization;

/// <summary>
/// The multipliers of depth inside a Repeat whose count is marked <c>[MuDepth]</c>: CompleteP, arXiv 2505.01618. They apply under
/// every rule but SP. The composition with SµPar is ours, not published: SµPar keeps per-weight gradients independent of the
/// density, so ε has no factor m_ρ.
/// </summary>
/// <remarks>mDepth is m_L = L/L₀ (the product over nested Repeats); alpha is α in [½, 1].</remarks>
public static class DepthTable
{
    /// <summary>Whether a rule scales with depth.</summary>
    public static bool Acts(Rule rule) => rule != Rule.Standard;

    /// <summary>The factor on a residual branch: m_L^−α.</summary>
    public static double ResidualScale(double mDepth, double alpha) => Math.Pow(mDepth, -alpha);

    /// <summary>The learning-rate factor under Adam, AdamW and Lion: m_L^(α−1).</summary>
    public static double AdamRate(double mDepth, double alpha) => Math.Pow(mDepth, alpha - 1);

    /// <summary>
    /// The learning-rate factor under SGD: m_L^(2α−1) instead of m_L^(α−1), because a branch's gradient has the branch's factor
    /// m_L^−α, which Adam normalises away.
    /// </summary>
    public static double SgdRate(double mDepth, double alpha) => Math.Pow(mDepth, (2 * alpha) - 1);

    /// <summary>The factor on AdamW's ε: 1/(m·m_L^α), where m is the multiplier of the tensor's own scaling size.</summary>
    public static double Epsilon(double mDepth, double alpha, double mSize) => Math.Pow(mDepth, -alpha) / mSize;
}

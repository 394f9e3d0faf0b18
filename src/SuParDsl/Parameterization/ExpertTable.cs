namespace SuParDsl.Parameterization;

/// <summary>
/// The multipliers of the number of experts inside an <see cref="Experts{TBlock}"/>. They apply under every rule but SP, to the
/// experts and to the router, on top of the roles: an expert's matrices are hidden and its router is a readout, each with the
/// fan-in of its own (arXiv 2508.09752; arXiv 2601.20205, table 1 with γ = 1).
/// </summary>
/// <remarks>
/// Neither paper scales Adam's rates with the number of experts or of active experts: gates that sum to 1 make the output a mean
/// over active experts, which all move along the same gradient, so that their updates add up to Θ(1) at any number. The initial
/// output shrinks as one over the square root of the number of active experts and is not compensated (2601.20205: mean-field).
/// <para>
/// The factors below are ours. A position reaches an expert with probability active/count and a gate of 1/active, so that the
/// gradients of experts and router are Θ(1/count). Adam normalises that away, except for its ε; SGD does not.
/// mExperts is the number of experts over that of the base model.
/// </para>
/// </remarks>
public static class ExpertTable
{
    /// <summary>Whether a rule scales with the number of experts.</summary>
    public static bool Acts(Rule rule) => rule != Rule.Standard;

    /// <summary>The learning-rate factor under SGD.</summary>
    public static double SgdRate(double mExperts) => mExperts;

    /// <summary>The factor on Adam's ε.</summary>
    public static double Epsilon(double mExperts) => 1 / mExperts;
}

namespace SuParDsl;

/// <summary>
/// What weight decay λ a tensor gets whose learning-rate multiplier is r. AdamW multiplies it by the tensor's own learning
/// rate, so the effective decay is ηλ·r, ηλ, or between. The paper gives no rule.
/// </summary>
public enum WeightDecay
{
    /// <summary>λ everywhere, as in the published implementation.</summary>
    Coupled,

    /// <summary>λ/r: the effective decay ηλ is the same at every width, depth and density.</summary>
    Independent,

    /// <summary>λ/√r: between the two (arXiv 2510.15262).</summary>
    Sqrt,
}

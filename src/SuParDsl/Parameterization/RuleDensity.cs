namespace SuParDsl;

/// <summary>Which density the rule's m_ρ is made from.</summary>
public enum RuleDensity
{
    /// <summary>
    /// The density that was asked for; of a tensor under gradual magnitude pruning the one that it has at the moment, ρ(t). The
    /// default.
    /// </summary>
    Nominal,

    /// <summary>The share of weights that the drawn mask keeps.</summary>
    Realised,
}

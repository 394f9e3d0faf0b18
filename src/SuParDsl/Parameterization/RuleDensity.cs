namespace SuParDsl;

/// <summary>Which density the rule's m_ρ is computed from.</summary>
public enum RuleDensity
{
    /// <summary>
    /// The declared density, or for a tensor under gradual magnitude pruning its current density ρ(t). The default.
    /// </summary>
    Nominal,

    /// <summary>The fraction of weights that the drawn mask keeps.</summary>
    Realised,
}

namespace SuParDsl;

/// <summary>Which density the rule's m_ρ is made from.</summary>
public enum RuleDensity
{
    /// <summary>The density that was asked for. The default.</summary>
    Nominal,

    /// <summary>The share of weights that the drawn mask keeps.</summary>
    Realised,
}

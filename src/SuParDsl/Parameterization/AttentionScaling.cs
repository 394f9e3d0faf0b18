namespace SuParDsl;

/// <summary>The scale of attention logits under every rule but SP, which always uses 1/√d_head.</summary>
public enum AttentionScaling
{
    /// <summary>1/d_head, as in arXiv 2405.15743, table 1.</summary>
    Inverse,

    /// <summary>√d₀/d_head with the base's head size d₀: it scales like 1/d_head and is 1/√d_head at the base.</summary>
    InverseFromBase,
}

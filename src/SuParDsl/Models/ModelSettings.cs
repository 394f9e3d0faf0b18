namespace SuParDsl;

/// <summary>The settings of an entire model's parameterization.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="InitStd">The base standard deviation σ.</param>
/// <param name="DepthAlpha">CompleteP's α.</param>
/// <param name="Attention">How attention logits are scaled.</param>
/// <param name="RuleDensity">Which density the rule uses.</param>
internal sealed record ModelSettings(
    Rule Rule, double InitStd, double DepthAlpha, AttentionScaling Attention, RuleDensity RuleDensity);

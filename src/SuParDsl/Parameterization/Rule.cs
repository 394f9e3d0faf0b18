namespace SuParDsl;

/// <summary>How initialisation and learning rates follow width and density. See <see cref="RuleTable"/> for the numbers.</summary>
public enum Rule
{
    /// <summary>SµPar (arXiv 2405.15743): width and density. The default.</summary>
    SuPar,

    /// <summary>Maximal update parameterization (arXiv 2203.03466): width only.</summary>
    MuP,

    /// <summary>Standard parameterization: no scaling at all.</summary>
    Standard,

    /// <summary>Ablation (arXiv 2405.15743, figures 13 and 14): SµPar's initialisation with µP's learning rates.</summary>
    SuParInitOnly,

    /// <summary>Ablation (arXiv 2405.15743, figures 13 and 14): µP's initialisation with SµPar's learning rates.</summary>
    SuParLrOnly,

    /// <summary>
    /// Ablation (arXiv 2405.15743, figure 12): SµPar with the density that pruning will reach, also while a tensor is still denser.
    /// Elsewhere it is SµPar.
    /// </summary>
    SuParFinal,

    /// <summary>
    /// SµPar's initialisation, with learning rates by the share of a full step that a mask lets through, measured during training
    /// by <c>DynamicMasks</c>, in place of the density: for masks that move. Until something is measured it is SµPar.
    /// </summary>
    Measured,
}

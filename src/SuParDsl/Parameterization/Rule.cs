using SuParDsl.Parameterization;

namespace SuParDsl;

/// <summary>How initialisation and learning rates scale with width and density. For the numbers see <see cref="RuleTable"/>.
/// </summary>
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
    /// Ablation (arXiv 2405.15743, figure 12): SµPar with the final density of pruning, even while a tensor is still denser. For
    /// tensors that are not pruned it is SµPar.
    /// </summary>
    SuParFinal,

    /// <summary>
    /// For masks that change during training. Initialisation is SµPar's. In place of the density, learning rates use the fraction
    /// of a full step that the mask lets through, which <c>DynamicMasks</c> measures. Before the first measurement it is SµPar.
    /// </summary>
    Measured,
}

namespace SuParDsl;

/// <summary>Which masks the sparse tensors of a model have after weights are loaded into it.</summary>
public enum MaskSource
{
    /// <summary>
    /// The masks that come with the weights. If a sparse tensor comes without a mask, it keeps its nonzero weights, whose number
    /// must match the declared density. A mask of another density than the declared one is an error, except if the multipliers
    /// follow the realised density (gradual pruning, <see cref="RuleDensity.Realised"/>). The default.
    /// </summary>
    File,

    /// <summary>The model's current masks: drawn from its seed, or changed since. Weights outside them are not loaded.</summary>
    Drawn,

    /// <summary>
    /// Each sparse tensor keeps its largest weights, as many as its declared density says and in the pattern of its mask. If a
    /// mask comes with the weights, only weights that it keeps are candidates. A tensor under gradual pruning is pruned at once.
    /// </summary>
    Magnitude,
}

namespace SuParDsl;

/// <summary>Which masks the sparse tensors of a model have after weights were loaded into it.</summary>
public enum MaskSource
{
    /// <summary>
    /// Those that come with the weights. A sparse tensor that comes without a mask keeps what is not zero, and is refused unless that
    /// is as much as the model declares. A mask of another density than the declared one is refused, too, except where the
    /// multipliers follow the realised density (gradual pruning, <see cref="RuleDensity.Realised"/>). The default.
    /// </summary>
    File,

    /// <summary>The masks that the model has: drawn with its seed, or moved since. Weights outside them are not taken.</summary>
    Drawn,

    /// <summary>
    /// Each sparse tensor keeps its largest weights: as many as its declared density says, in the pattern of its mask, and only such as
    /// a mask that comes with them has kept. A tensor under gradual pruning is pruned at once.
    /// </summary>
    Magnitude,
}

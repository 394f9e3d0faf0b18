namespace SuParDsl.Sparsity;

/// <summary>
/// Which steps of a <see cref="MaskSchedule"/> have an update. Gradual pruning always reaches its final density at the stop.
/// </summary>
public enum MaskUpdates
{
    /// <summary>Every interval after the start, and the stop itself. The default.</summary>
    ToStop,

    /// <summary>Every interval after the start, before the stop: RigL's algorithm 1 (arXiv 1911.11134), and rigl-torch.</summary>
    BeforeStop,

    /// <summary>
    /// The start, and every interval after it up to the stop: google-research/rigl, the authors' code. If the start is 0, the
    /// first update is one interval later, because there is no gradient before step 1.
    /// </summary>
    FromStart,
}

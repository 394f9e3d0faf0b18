namespace SuParDsl;

/// <summary>
/// Which steps of a <see cref="MaskSchedule"/> have an update. Gradual pruning always ends at its stop, where its density is reached.
/// </summary>
public enum MaskUpdates
{
    /// <summary>Every interval after the start, and the stop itself. The default.</summary>
    ToStop,

    /// <summary>Every interval after the start, before the stop: RigL's algorithm 1 (arXiv 1911.11134), and rigl-torch.</summary>
    BeforeStop,

    /// <summary>
    /// The start, and every interval after it up to the stop: google-research/rigl, the authors' code. Where the start is 0 the first
    /// is one interval later, as there is no gradient before step 1.
    /// </summary>
    FromStart,
}

namespace SuParDsl;

/// <summary>How the density of a <c>[Sparse]</c> that covers several matrices falls on each.</summary>
public enum Distribution
{
    /// <summary>The same density for each.</summary>
    Uniform,

    /// <summary>
    /// Erdős-Rényi-kernel: in proportion to (fan-out + fan-in)/(fan-out·fan-in), so that small matrices stay denser. The density is that
    /// of the hidden matrices together: input layers and readouts stay dense, as SµPar has it.
    /// </summary>
    ErdosRenyi,

    /// <summary>
    /// The same over all layers, as google-research/rigl has it: input layers (a stem) and readouts (a classifier) are sparse, too, and
    /// the density is that of them all. The rule scales those by their effective fan-in. What cannot be sparse, as an embedding,
    /// must be <c>[Dense]</c> (SUP219).
    /// </summary>
    ErdosRenyiAll,
}

/// <summary>One <c>[Sparse]</c> over several matrices.</summary>
/// <param name="Density">The density of all of them together.</param>
/// <param name="Mask">How their masks are drawn.</param>
/// <param name="Distribution">How the density falls on each.</param>
/// <param name="Method">Whether and how their masks move.</param>
/// <param name="Storage">How they are kept in memory.</param>
internal sealed record SparseCover(TensorDensity Density, Mask Mask, Distribution Distribution, SparsityMethod Method, Storage Storage)
{
    /// <summary>Whether each tensor's density is known only when all are declared.</summary>
    public bool Distributes => Distribution != Distribution.Uniform;

    /// <summary>Whether it covers matrices of every role, not hidden ones alone.</summary>
    public bool CoversAll => Distribution == Distribution.ErdosRenyiAll;
}

namespace SuParDsl;

/// <summary>How the density of a <c>[Sparse]</c> that covers several matrices is distributed over them.</summary>
public enum Distribution
{
    /// <summary>Every matrix gets the same density.</summary>
    Uniform,

    /// <summary>
    /// Erdős-Rényi-kernel: densities are proportional to (fan-out + fan-in)/(fan-out·fan-in), so that small matrices stay denser.
    /// The declared density is that of all hidden matrices together. Input layers and readouts stay dense, as in SµPar.
    /// </summary>
    ErdosRenyi,

    /// <summary>
    /// Erdős-Rényi-kernel over all layers, as in google-research/rigl: input layers (a stem) and readouts (a classifier) are
    /// sparse, too, and the declared density is that of all matrices together. The rule scales input layers and readouts by their
    /// effective fan-in. A layer that cannot be sparse, such as an embedding, must be marked <c>[Dense]</c> (SUP219).
    /// </summary>
    ErdosRenyiAll,
}

/// <summary>One <c>[Sparse]</c> over several matrices.</summary>
/// <param name="Density">The density of all of them together.</param>
/// <param name="Mask">How their masks are drawn.</param>
/// <param name="Distribution">How the density is distributed over the matrices.</param>
/// <param name="Method">Whether and how their masks change during training.</param>
/// <param name="Storage">How they are stored in memory.</param>
internal sealed record SparseCover(
    TensorDensity Density, Mask Mask, Distribution Distribution, SparsityMethod Method, Storage Storage)
{
    /// <summary>
    /// Whether a tensor's density depends on all covered tensors, so that it is known only once all are declared.
    /// </summary>
    public bool Distributes => Distribution != Distribution.Uniform;

    /// <summary>Whether it covers matrices of every role instead of only hidden ones.</summary>
    public bool CoversAll => Distribution == Distribution.ErdosRenyiAll;
}

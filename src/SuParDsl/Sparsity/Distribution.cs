namespace SuParDsl;

/// <summary>How the density of a <c>[Sparse]</c> that covers several matrices falls on each.</summary>
public enum Distribution
{
    /// <summary>The same density for each.</summary>
    Uniform,

    /// <summary>Erdős-Rényi-kernel: in proportion to (fan-out + fan-in)/(fan-out·fan-in), so that small matrices stay denser.</summary>
    ErdosRenyi,
}

/// <summary>One <c>[Sparse]</c> over several matrices.</summary>
/// <param name="Density">The density of all of them together.</param>
/// <param name="Mask">How their masks are drawn.</param>
/// <param name="Distribution">How the density falls on each.</param>
/// <param name="Method">Whether and how their masks move.</param>
/// <param name="Storage">How they are kept in memory.</param>
internal sealed record SparseCover(TensorDensity Density, Mask Mask, Distribution Distribution, SparsityMethod Method, Storage Storage);

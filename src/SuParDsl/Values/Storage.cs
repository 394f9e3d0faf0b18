namespace SuParDsl;

/// <summary>How a sparse matrix is kept in memory. The mathematics is the same.</summary>
public enum Storage
{
    /// <summary>Whichever is expected to be faster for the matrix's size and density on this machine.</summary>
    Auto,

    /// <summary>All weights, the masked ones zero in place: products are dense. Any device and type.</summary>
    Masked,

    /// <summary>
    /// The kept weights alone, as a parameter of length nnz, with static indices: time, memory and optimizer state fall
    /// with the density. On the CPU, in float32.
    /// </summary>
    Compressed,
}

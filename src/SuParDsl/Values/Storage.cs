namespace SuParDsl;

/// <summary>How a sparse matrix is stored in memory. The choice does not change what the model computes.</summary>
public enum Storage
{
    /// <summary>
    /// Compressed for a float32 matrix on the CPU that has at least 65,536 weights and keeps at most a quarter of them, and
    /// masked for every other one. It is the same on every machine.
    /// </summary>
    Auto,

    /// <summary>All weights are stored and masked ones are zero, so products are dense. Works on any device and type.</summary>
    Masked,

    /// <summary>
    /// Only the kept weights are stored, as a parameter of length nnz with static indices. Time, memory and optimizer state
    /// decrease with the density. Requires the CPU and float32.
    /// </summary>
    Compressed,
}

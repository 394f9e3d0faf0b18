using SuParDsl.Sparsity;

namespace SuParDsl.Kernels;

/// <summary>
/// Which matrices <see cref="Storage.Auto"/> compresses. The rule depends on size and density alone, so that the shapes of a
/// model's parameters are the same on every machine. <see cref="StorageCost"/> only chooses the kernels. The measurements
/// behind the limits are in docs/performance.md.
/// </summary>
internal static class StorageRule
{
    /// <summary>
    /// Matrices with fewer weights take microseconds in either storage. They stay masked, which needs no indices.
    /// </summary>
    public const long SmallestCount = 1 << 16;

    /// <summary>
    /// With fewer rows or columns, packing the inputs and outputs takes as long as the sparse products save.
    /// </summary>
    public const long SmallestSide = 64;

    /// <summary>
    /// Sparse products were faster than dense ones at this density on every machine and number of threads that was measured.
    /// </summary>
    public const double HighestDensity = 0.25;

    /// <summary>Whether a float32 matrix with a mask is stored compressed on the CPU.</summary>
    public static bool Compresses(WeightMask mask) =>
        mask.Shape is [var rows, var columns]
        && mask.Count >= SmallestCount && Math.Min(rows, columns) >= SmallestSide
        && mask.Density <= HighestDensity && mask.Kept <= int.MaxValue;
}

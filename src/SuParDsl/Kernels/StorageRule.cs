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
    /// Square matrices of this density were at least 1.2 times as fast compressed as masked wherever they were measured. The
    /// density at which both are equally fast lies between 0.3 and 0.5 for them.
    /// </summary>
    public const double HighestDensity = 0.25;

    /// <summary>Whether a float32 matrix with a mask is stored compressed on the CPU.</summary>
    public static bool Compresses(WeightMask mask) =>
        mask.Shape is [_, _] && mask.Count >= SmallestCount && mask.Density <= HighestDensity && mask.Kept <= int.MaxValue;
}

using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>The width of this machine's vectors.</summary>
internal static class SimdWidth
{
    /// <summary>The bits of the widest accelerated vectors; 32 if none are accelerated.</summary>
    public static int Widest =>
        Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128
            : 32;
}

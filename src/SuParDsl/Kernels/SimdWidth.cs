using System.Runtime.Intrinsics;

namespace SuParDsl.Kernels;

/// <summary>How wide this machine's vectors are.</summary>
internal static class SimdWidth
{
    /// <summary>The bits of the widest ones that kernels are written for; 32 for none at all.</summary>
    public static int Widest =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 32;
}

using TorchSharp.Native;
using static TorchSharp.torch;

namespace SuParDsl.Torch.Tests;

/// <summary>What is alive once the garbage of earlier tests is gone, which otherwise goes at any moment.</summary>
internal static class Live
{
    /// <summary>The native tensors.</summary>
    public static long Tensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Entries.st_live_tensors();
    }

    /// <summary>The tensor objects.</summary>
    public static long Objects()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}

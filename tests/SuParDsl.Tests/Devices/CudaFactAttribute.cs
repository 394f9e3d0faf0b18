using SuParDsl.Distributed;

using static TorchSharp.torch;

namespace SuParDsl.Tests.Devices;

/// <summary>A test that needs an NVIDIA GPU. It is skipped with a message if there is none.</summary>
public sealed class CudaFactAttribute : FactAttribute
{
    /// <param name="nccl">Whether it needs NCCL, too.</param>
    public CudaFactAttribute(bool nccl = false)
    {
        if (!cuda.is_available())
        {
            Skip = "the engine sees no CUDA GPU here";
        }
        else if (nccl && NcclLibrary.Find(NcclLibrary.Names) is null)
        {
            Skip = $"there is no NCCL here ({string.Join(", ", NcclLibrary.Names)})";
        }
    }
}

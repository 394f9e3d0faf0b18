using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>
/// Sums by MPI without copying the buffers, even on a GPU if Open MPI was built with CUDA. For GPU memory, Open MPI documents
/// support for MPI_Allreduce but not for MPI_Iallreduce. Each sum is therefore complete when <see cref="Start"/> returns, and
/// cannot overlap with the backward pass.
/// </summary>
/// <param name="ranks">The process group.</param>
/// <param name="device">The device of the buffers.</param>
internal sealed unsafe class MpiSums(ProcessGroup ranks, Device device) : GradientSums
{
    /// <inheritdoc/>
    public override Transport Transport => Transport.Mpi;

    /// <inheritdoc/>
    public override bool OnDevice => true;

    /// <inheritdoc/>
    public override bool IsBusy => false;

    /// <inheritdoc/>
    public override void Start(Tensor buffer)
    {
        // MPI does not know the device's streams, so packing must be complete before it reads the buffer.
        if (device.type == TorchSharp.DeviceType.CUDA)
        {
            cuda.synchronize(device);
        }

        ranks.Sum((float*)TensorMemory.AddressOf(buffer), buffer.numel());
    }

    /// <inheritdoc/>
    public override void Progress()
    {
    }

    /// <inheritdoc/>
    public override void Wait()
    {
    }
}

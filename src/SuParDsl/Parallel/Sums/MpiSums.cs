using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// Sums by MPI of buffers where they lie, on a GPU too if it was built for that. Open MPI's documentation has MPI_Allreduce, and not
/// MPI_Iallreduce, among what it can do there: each sum is over when <see cref="Start"/> returns, so that none travels during a backward pass.
/// </summary>
/// <param name="ranks">The ranks.</param>
/// <param name="device">Where the buffers lie.</param>
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
        // MPI knows nothing of the device's queue: the buffer must be packed.
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

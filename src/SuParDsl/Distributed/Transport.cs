namespace SuParDsl.Distributed;

/// <summary>How gradients are transferred between ranks.</summary>
public enum Transport
{
    /// <summary>
    /// For models on a GPU, the first of <see cref="Nccl"/> and <see cref="Mpi"/> that all ranks support. Otherwise, and for
    /// models on the CPU, <see cref="Host"/>.
    /// </summary>
    Auto,

    /// <summary>NVIDIA's NCCL, overlapping with the backward pass. Every rank needs its own GPU.</summary>
    Nccl,

    /// <summary>
    /// MPI, directly from the gradients' device, after the backward pass. Reading a GPU's memory requires an Open MPI that was
    /// built with CUDA. The sums block.
    /// </summary>
    Mpi,

    /// <summary>MPI through host memory, overlapping with the backward pass.</summary>
    Host,
}

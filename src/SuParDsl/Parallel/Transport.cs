namespace SuParDsl;

/// <summary>How gradients get from rank to rank.</summary>
public enum Transport
{
    /// <summary>
    /// From GPU to GPU where all ranks can: by <see cref="Nccl"/>, else by <see cref="Mpi"/>; else, and for models on the CPU, by <see cref="Host"/>.
    /// </summary>
    Auto,

    /// <summary>By NVIDIA's NCCL, beside the backward pass. Every rank needs a GPU of its own.</summary>
    Nccl,

    /// <summary>
    /// By MPI from where they lie, after the backward pass: a GPU's memory can only be read by an Open MPI that was built for it, in sums that
    /// block.
    /// </summary>
    Mpi,

    /// <summary>By MPI through the processors' memory, beside the backward pass.</summary>
    Host,
}

using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>On which way flat buffers of gradients become their sums over the ranks.</summary>
internal abstract class GradientSums : IDisposable
{
    /// <summary>Which way this is.</summary>
    public abstract Transport Transport { get; }

    /// <summary>Whether buffers lie beside the gradients, wherever that is.</summary>
    public abstract bool OnDevice { get; }

    /// <summary>Whether sums have begun that were not waited for.</summary>
    public abstract bool IsBusy { get; }

    /// <summary>The way that was asked for, or the best that all ranks can take.</summary>
    /// <param name="transport">What was asked for.</param>
    /// <param name="ranks">The ranks; all of them ask alike.</param>
    /// <param name="device">Where the model is.</param>
    /// <exception cref="ProcessGroupException">Some rank cannot take the way that was asked for. Every rank throws.</exception>
    public static GradientSums Of(Transport transport, ProcessGroup ranks, Device device)
    {
        ranks.RequireSame(("where its model is", device.type.ToString()));
        if (device.type != TorchSharp.DeviceType.CUDA)
        {
            return transport switch
            {
                Transport.Nccl => throw new ProcessGroupException("gradients cannot go by NCCL: the model is on the CPU, not on a GPU"),
                Transport.Mpi => new MpiSums(ranks, device),
                _ => new HostSums(ranks, onDevice: false),
            };
        }

        if (transport is Transport.Auto or Transport.Nccl
            && NcclSums.TryJoin(NcclLibrary.Find(NcclLibrary.Names), CudaDriver.Find(), ranks, device.index, transport == Transport.Nccl) is { } nccl)
        {
            return nccl;
        }

        var blind = transport == Transport.Host ? -1 : Array.FindIndex(ranks.Gather(ranks.IsCudaAware ? 1 : 0), static rank => rank[0] == 0);
        return transport switch
        {
            Transport.Mpi when blind >= 0 => throw new ProcessGroupException(
                $"gradients on a GPU cannot go by MPI from there: rank {blind}'s Open MPI was not built with CUDA, or runs without it"),
            Transport.Mpi => new MpiSums(ranks, device),
            Transport.Auto when blind < 0 => new MpiSums(ranks, device),
            _ => new HostSums(ranks, onDevice: true),
        };
    }

    /// <summary>Begins to sum a buffer over the ranks, in place: contiguous float32. It must stay until <see cref="Wait"/> has returned.</summary>
    public abstract void Start(Tensor buffer);

    /// <summary>Lets sums that have begun move on.</summary>
    public abstract void Progress();

    /// <summary>Returns when whatever is asked of the buffers next will find the sums there.</summary>
    public abstract void Wait();

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Chooses how gradients travel between ranks.</summary>
internal static class TransportChoice
{
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
}

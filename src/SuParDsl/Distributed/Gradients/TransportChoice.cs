using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>Chooses how gradients are transferred between ranks.</summary>
internal static class TransportChoice
{
    /// <summary>The requested transport, or for <see cref="Transport.Auto"/> the best one that all ranks support.</summary>
    /// <param name="transport">The requested transport, which must be the same on all ranks.</param>
    /// <param name="ranks">The process group.</param>
    /// <param name="device">The model's device.</param>
    /// <exception cref="ProcessGroupException">A rank does not support the requested transport. Every rank throws.</exception>
    public static GradientSums Of(Transport transport, ProcessGroup ranks, Device device)
    {
        ranks.RequireSame(("the device of its model", device.type.ToString()));
        if (device.type != TorchSharp.DeviceType.CUDA)
        {
            return transport switch
            {
                Transport.Nccl => throw new ProcessGroupException(
                    "gradients cannot be transferred by NCCL: the model is on the CPU, not on a GPU"),
                Transport.Mpi => new MpiSums(ranks, device),
                _ => new HostSums(ranks, onDevice: false),
            };
        }

        if (transport is Transport.Auto or Transport.Nccl
            && NcclSums.TryJoin(
                NcclLibrary.Find(NcclLibrary.Names), CudaDriver.Find(), ranks, device.index,
                transport == Transport.Nccl) is { } nccl)
        {
            return nccl;
        }

        var blind = transport == Transport.Host
            ? -1
            : Array.FindIndex(ranks.Gather(ranks.IsCudaAware ? 1 : 0), static rank => rank[0] == 0);
        return transport switch
        {
            Transport.Mpi when blind >= 0 => throw new ProcessGroupException(
                $"MPI cannot read gradients on a GPU: rank {blind}'s Open MPI was built without CUDA or runs without it; "
                + $"use the transport {nameof(Transport.Host)}"),
            Transport.Mpi => new MpiSums(ranks, device),
            Transport.Auto when blind < 0 => new MpiSums(ranks, device),
            _ => new HostSums(ranks, onDevice: true),
        };
    }
}

using SuParDsl.Kernels;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Sums from GPU to GPU by NCCL, in a queue beside the engine's: processors wait for none of it.</summary>
internal sealed class NcclSums : GradientSums
{
    private readonly NcclLibrary nccl;
    private readonly CudaDriver driver;
    private readonly Ranks ranks;
    private readonly nint context, communicator, stream, mark;
    private bool isBusy;

    /// <param name="nccl">NCCL.</param>
    /// <param name="driver">The driver.</param>
    /// <param name="ranks">The ranks, all of which do the same; they find each other by what rank 0 tells.</param>
    /// <param name="device">This rank's GPU.</param>
    public NcclSums(NcclLibrary nccl, CudaDriver driver, Ranks ranks, int device)
    {
        (this.nccl, this.driver, this.ranks) = (nccl, driver, ranks);
        context = driver.ContextOf(device);
        using var entered = driver.Enter(context);
        var told = ranks.Gather(ranks.Rank == 0 ? Convert.ToHexString(nccl.NewId()) : string.Empty)[0];
        communicator = nccl.Join(ranks.Count, Convert.FromHexString(told), ranks.Rank);
        (stream, mark) = (driver.NewStream(), driver.NewEvent());
    }

    /// <inheritdoc/>
    public override Transport Transport => Transport.Nccl;

    /// <inheritdoc/>
    public override bool OnDevice => true;

    /// <inheritdoc/>
    public override bool IsBusy => isBusy;

    /// <summary>Joins the ranks where each has NCCL and a GPU of its own; else null.</summary>
    /// <exception cref="RanksException">It is required, and some rank cannot. Every rank throws.</exception>
    public static NcclSums? TryJoin(Ranks ranks, int device, bool isRequired)
    {
        var (nccl, driver) = (NcclLibrary.Find(NcclLibrary.Names), CudaDriver.Find());
        var gpus = ranks.Gather(nccl is null ? "no NCCL" : driver is null ? "no driver" : driver.IdentityOf(device));
        var obstacle = Obstacle([.. gpus]);
        return obstacle is null
            ? new NcclSums(nccl!, driver!, ranks, device)
            : isRequired ? throw new RanksException($"gradients cannot go by NCCL: {obstacle}") : null;
    }

    /// <inheritdoc/>
    public override void Start(Tensor buffer)
    {
        using var entered = driver.Enter(context);
        driver.Order(later: stream, earlier: CudaDriver.EngineStream, mark);
        isBusy = true;
        nccl.StartSum(TensorMemory.AddressOf(buffer), buffer.numel(), communicator, stream);
    }

    /// <inheritdoc/>
    public override void Progress() => nccl.CheckProgress(communicator);

    /// <inheritdoc/>
    public override void Wait()
    {
        using var entered = driver.Enter(context);
        driver.Order(later: CudaDriver.EngineStream, earlier: stream, mark);
        nccl.CheckProgress(communicator);
        isBusy = false;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        using var entered = driver.Enter(context);
        ranks.MustAbort |= isBusy;
        nccl.Leave(communicator, atOnce: isBusy);
        driver.Free(stream, mark);
    }

    /// <summary>Why ranks with such GPUs cannot do it; null where they can.</summary>
    internal static string? Obstacle(string[] gpus)
    {
        for (var rank = 0; rank < gpus.Length; rank++)
        {
            if (gpus[rank].StartsWith("no ", StringComparison.Ordinal))
            {
                return $"rank {rank} has {gpus[rank]} ({string.Join(", ", NcclLibrary.Names)}; libcuda.so.1)";
            }

            if (Array.IndexOf(gpus, gpus[rank]) is var first && first < rank)
            {
                return $"ranks {first} and {rank} share a GPU, and NCCL wants one each";
            }
        }

        return null;
    }
}

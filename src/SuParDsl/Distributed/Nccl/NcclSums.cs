using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>Sums gradients from GPU to GPU by NCCL, on a separate stream. The CPU never waits for a sum.</summary>
internal sealed class NcclSums : GradientSums
{
    private const string No = "no: ", NoDriver = No + "NVIDIA's driver (libcuda.so.1) was not found";

    private static readonly string NoNccl = $"{No}NCCL ({string.Join(", ", NcclLibrary.Names)}) was not found";

    private readonly NcclLibrary nccl;
    private readonly CudaDriver driver;
    private readonly ProcessGroup ranks;
    private readonly nint context, communicator, stream, mark;
    private bool isBusy, isOver;

    private NcclSums(NcclLibrary nccl, CudaDriver driver, ProcessGroup ranks, nint context, byte[] id)
    {
        (this.nccl, this.driver, this.ranks, this.context) = (nccl, driver, ranks, context);
        using var entered = driver.Enter(context);
        try
        {
            communicator = nccl.Join(ranks.Count, id, ranks.Rank);
        }
        catch (ProcessGroupException)
        {
            // The other ranks may still be joining and would wait forever.
            ranks.MustAbort = true;
            throw;
        }

        (stream, mark) = (driver.NewStream(), driver.NewEvent());
    }

    /// <inheritdoc/>
    public override Transport Transport => Transport.Nccl;

    /// <inheritdoc/>
    public override bool OnDevice => true;

    /// <inheritdoc/>
    public override bool IsBusy => isBusy;

    /// <summary>Joins the ranks if each has NCCL and its own GPU; otherwise returns null. All ranks must call it.</summary>
    /// <param name="nccl">NCCL; null if it was not found.</param>
    /// <param name="driver">The driver; null if it was not found.</param>
    /// <param name="ranks">The process group.</param>
    /// <param name="device">This rank's GPU.</param>
    /// <param name="isRequired">Whether to throw instead of returning null.</param>
    /// <exception cref="ProcessGroupException">NCCL is required, but a rank cannot use it. Every rank throws.</exception>
    public static NcclSums? TryJoin(NcclLibrary? nccl, CudaDriver? driver, ProcessGroup ranks, int device, bool isRequired)
    {
        // Do everything that can fail on a single rank before the first collective call.
        var (context, id, gpu) = ((nint)0, Array.Empty<byte>(), nccl is null ? NoNccl : NoDriver);
        if (nccl is not null && driver is not null)
        {
            try
            {
                context = driver.ContextOf(device);
                id = ranks.Rank == 0 ? nccl.NewId() : [];
                gpu = driver.IdentityOf(device);
            }
            catch (ProcessGroupException e)
            {
                gpu = No + e.Message;
            }
        }

        var obstacle = Obstacle([.. ranks.Gather(gpu)]);
        if (obstacle is not null)
        {
            return isRequired ? throw new ProcessGroupException($"gradients cannot be transferred by NCCL: {obstacle}") : null;
        }

        var told = Convert.FromHexString(ranks.Gather(Convert.ToHexString(id))[0]);
        return new(nccl!, driver!, ranks, context, told);
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
        ranks.MustAbort |= isBusy;
        if (isOver || ranks.MustAbort)
        {
            // Destroying the communicator is collective. After a failure, only ending the process unblocks the other ranks.
            return;
        }

        isOver = true;
        using var entered = driver.Enter(context);
        nccl.Leave(communicator);
        driver.Free(stream, mark);
    }

    /// <summary>The reason why ranks with these GPUs cannot use NCCL; null if they can.</summary>
    internal static string? Obstacle(string[] gpus)
    {
        for (var rank = 0; rank < gpus.Length; rank++)
        {
            if (gpus[rank].StartsWith(No, StringComparison.Ordinal))
            {
                return $"on rank {rank}, {gpus[rank][No.Length..]}";
            }

            if (Array.IndexOf(gpus, gpus[rank]) is var first && first < rank)
            {
                return $"ranks {first} and {rank} share a GPU, but NCCL needs one per rank";
            }
        }

        return null;
    }
}

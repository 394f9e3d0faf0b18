using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>Sums from GPU to GPU by NCCL, in a queue beside the engine's: processors wait for none of it.</summary>
internal sealed class NcclSums : GradientSums
{
    private const string No = "no: ", NoDriver = No + "NVIDIA's driver, libcuda.so.1, is not there";

    private static readonly string NoNccl = $"{No}NCCL ({string.Join(", ", NcclLibrary.Names)}) is not there";

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
            // The others may be joining still, and would wait for ever.
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

    /// <summary>Joins the ranks where each has NCCL and a GPU of its own; else null. All ranks do so together.</summary>
    /// <param name="nccl">NCCL; null where there is none.</param>
    /// <param name="driver">The driver; null where there is none.</param>
    /// <param name="ranks">The ranks.</param>
    /// <param name="device">This rank's GPU.</param>
    /// <param name="isRequired">Whether nothing else will do.</param>
    /// <exception cref="ProcessGroupException">It is required, and some rank cannot. Every rank throws.</exception>
    public static NcclSums? TryJoin(NcclLibrary? nccl, CudaDriver? driver, ProcessGroup ranks, int device, bool isRequired)
    {
        // What may fail on one rank alone comes before what all do together.
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
            return isRequired ? throw new ProcessGroupException($"gradients cannot go by NCCL: {obstacle}") : null;
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
            // To leave is something that all do together: where one has failed, only its process's end helps the others.
            return;
        }

        isOver = true;
        using var entered = driver.Enter(context);
        nccl.Leave(communicator);
        driver.Free(stream, mark);
    }

    /// <summary>Why ranks with such GPUs cannot do it; null where they can.</summary>
    internal static string? Obstacle(string[] gpus)
    {
        for (var rank = 0; rank < gpus.Length; rank++)
        {
            if (gpus[rank].StartsWith(No, StringComparison.Ordinal))
            {
                return $"on rank {rank} {gpus[rank][No.Length..]}";
            }

            if (Array.IndexOf(gpus, gpus[rank]) is var first && first < rank)
            {
                return $"ranks {first} and {rank} share a GPU, and NCCL wants one each";
            }
        }

        return null;
    }
}

using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>Sums by MPI's non-blocking all-reduce. Buffers on a GPU are copied to host memory and back.</summary>
/// <param name="ranks">The process group.</param>
/// <param name="onDevice">Whether buffers are on the gradients' device.</param>
internal sealed unsafe class HostSums(ProcessGroup ranks, bool onDevice) : GradientSums
{
    private readonly List<(Tensor Buffer, Tensor Copy)> copies = [];

    /// <inheritdoc/>
    public override Transport Transport => Transport.Host;

    /// <inheritdoc/>
    public override bool OnDevice => onDevice;

    /// <inheritdoc/>
    public override bool IsBusy => ranks.IsSumming;

    /// <inheritdoc/>
    public override void Start(Tensor buffer)
    {
        var near = buffer;
        if (onDevice)
        {
            near = buffer.cpu().DetachFromDisposeScope();
            copies.Add((buffer.alias().DetachFromDisposeScope(), near));
        }

        ranks.StartSum(TensorMemory.FloatsOf(near), near.numel());
    }

    /// <inheritdoc/>
    public override void Progress() => ranks.Progress();

    /// <inheritdoc/>
    public override void Wait()
    {
        ranks.Wait();
        foreach (var (buffer, copy) in copies)
        {
            buffer.copy_(copy);
            buffer.Dispose();
            copy.Dispose();
        }

        copies.Clear();
    }
}

using static TorchSharp.torch;

namespace SuParDsl.Distributed;

/// <summary>Sums flat gradient buffers over the ranks.</summary>
internal abstract class GradientSums : IDisposable
{
    /// <summary>The transport that this class implements.</summary>
    public abstract Transport Transport { get; }

    /// <summary>Whether buffers are on the gradients' device instead of in host memory.</summary>
    public abstract bool OnDevice { get; }

    /// <summary>Whether started sums have not been waited for.</summary>
    public abstract bool IsBusy { get; }

    /// <summary>
    /// Starts to sum a contiguous float32 buffer over the ranks, in place. The buffer must stay
    /// valid until <see cref="Wait"/> returns.
    /// </summary>
    public abstract void Start(Tensor buffer);

    /// <summary>Lets started sums make progress.</summary>
    public abstract void Progress();

    /// <summary>Returns when operations that are submitted afterwards will see the sums in the buffers.</summary>
    public abstract void Wait();

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}

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

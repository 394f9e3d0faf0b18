namespace SuParDsl;

/// <summary>What moves the weights: an optimizer over groups of parameters, each with a learning rate that can be set.</summary>
internal abstract class OptimizerBackend : IDisposable
{
    /// <summary>What is remembered of each tensor, in the order of the groups' names. Its tensors belong to the caller's scope.</summary>
    public abstract IReadOnlyList<TensorState> States { get; }

    /// <summary>Sets the learning rate of a group, counted in the order they were given in.</summary>
    public abstract void SetRate(int group, double rate);

    /// <summary>One step on the gradients at hand.</summary>
    public abstract void Step();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Two optimizers, the first over the first groups.</summary>
internal sealed class CompositeBackend(OptimizerBackend first, int firstCount, OptimizerBackend second) : OptimizerBackend
{
    public override IReadOnlyList<TensorState> States => [.. first.States, .. second.States];

    public override void SetRate(int group, double rate)
    {
        if (group < firstCount)
        {
            first.SetRate(group, rate);
        }
        else
        {
            second.SetRate(group - firstCount, rate);
        }
    }

    public override void Step()
    {
        first.Step();
        second.Step();
    }

    public override void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}

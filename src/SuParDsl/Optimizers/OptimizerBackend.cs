namespace SuParDsl.Optimizers;

/// <summary>An optimizer over groups of parameters, each with a learning rate that can be set.</summary>
internal abstract class OptimizerBackend : IDisposable
{
    /// <summary>The state of each tensor, in the order of the groups' names. Its tensors belong to the caller's scope.</summary>
    public abstract IReadOnlyList<TensorState> States { get; }

    /// <summary>Sets the learning rate of a group, given its index.</summary>
    public abstract void SetRate(int group, double rate);

    /// <summary>Takes one step on the current gradients.</summary>
    public abstract void Step();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Two optimizers: one over the first groups, the other over the rest.</summary>
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

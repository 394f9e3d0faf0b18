using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl.Checkpoints;

/// <summary>
/// Transfers a sharded optimizer's state to rank 0, which writes it. Every rank must make the same calls in the same order.
/// Tensors are transferred one at a time, so that no rank ever holds the complete state.
/// </summary>
internal static class StateOfAllRanks
{
    /// <summary>The number of steps and moments of each tensor.</summary>
    public static IReadOnlyList<(string Name, long Steps, int Moments)> Counts(MuOptimizer optimizer)
    {
        var own = optimizer.States.ToDictionary(static entry => entry.Name, static entry => entry.State);
        var names = optimizer.Names;
        var numbers = optimizer.ShardedOver.Sum([.. names.SelectMany(name => own.TryGetValue(name, out var state)
            ? (double[])[state.Steps(), state.Moments().Count]
            : [0, 0])]);
        return [.. names.Select((name, index) => (name, (long)numbers[2 * index], (int)numbers[(2 * index) + 1]))];
    }

    /// <summary>Transfers a tensor's state to rank 0.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="name">The name of the tensor that the state belongs to.</param>
    /// <param name="count">The number of values.</param>
    /// <param name="own">Returns the values on the rank that owns them.</param>
    /// <returns>The values on rank 0. On other ranks, the result must not be used.</returns>
    public static unsafe Tensor ToZero(MuOptimizer optimizer, string name, long count, Func<Tensor> own)
    {
        var (ranks, owner) = (optimizer.ShardedOver, optimizer.OwnerOf(name));
        if (owner == 0)
        {
            return ranks.Rank == 0 ? own() : empty(0);
        }

        var values = ranks.Rank == owner ? TensorNumbers.FloatsOf(own()) : empty(count);
        ranks.StartBroadcast(TensorMemory.FloatsOf(values), count, owner);
        ranks.Wait();
        return values;
    }
}

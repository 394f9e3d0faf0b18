using SuParDsl.Engine;
using static TorchSharp.torch;

namespace SuParDsl;

/// <summary>
/// An optimizer's state as rank 0 writes it, whichever rank has it. Every rank asks for the same, in the same order; one tensor at
/// a time travels, so that no rank ever has all.
/// </summary>
internal static class StateOfAllRanks
{
    /// <summary>How many steps each tensor has taken, and how many moments it has.</summary>
    public static IReadOnlyList<(string Name, long Steps, int Moments)> Counts(MuOptimizer optimizer)
    {
        var own = optimizer.States.ToDictionary(static entry => entry.Name, static entry => entry.State);
        var names = optimizer.Names;
        var numbers = optimizer.ShardedOver.Sum([.. names.SelectMany(name => own.TryGetValue(name, out var state)
            ? (double[])[state.Steps(), state.Moments().Count]
            : [0, 0])]);
        return [.. names.Select((name, index) => (name, (long)numbers[2 * index], (int)numbers[(2 * index) + 1]))];
    }

    /// <summary>Brings a tensor's numbers to rank 0.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="name">The tensor that they belong to.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="own">Gives them on the rank that has them.</param>
    /// <returns>The numbers on rank 0; elsewhere nothing that is meant to be read.</returns>
    public static unsafe Tensor ToZero(MuOptimizer optimizer, string name, long count, Func<Tensor> own)
    {
        var (ranks, owner) = (optimizer.ShardedOver, optimizer.OwnerOf(name));
        if (owner == 0)
        {
            return ranks.Rank == 0 ? own() : empty(0);
        }

        var values = ranks.Rank == owner ? ModelWeights.FloatsOf(own()) : empty(count);
        ranks.StartBroadcast(TensorMemory.FloatsOf(values), count, owner);
        ranks.Wait();
        return values;
    }
}

using System.Collections.Immutable;

namespace SuParDsl;

/// <summary>Which rank alone keeps and moves each tensor.</summary>
/// <param name="ranks">The ranks.</param>
/// <param name="owners">The owner of each tensor, by full name.</param>
internal sealed class TensorOwners(ProcessGroup ranks, ImmutableDictionary<string, int> owners)
{
    /// <summary>The ranks.</summary>
    public ProcessGroup ProcessGroup => ranks;

    /// <summary>Divides tensors: the largest one first, each to the rank that has the least so far.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="tensors">Each tensor's name and number of weights, the same on every rank.</param>
    public static TensorOwners Of(ProcessGroup ranks, IEnumerable<(string Name, long Count)> tensors)
    {
        var loads = new long[ranks.Count];
        var owners = ImmutableDictionary.CreateBuilder<string, int>();
        foreach (var (name, count) in tensors.OrderByDescending(static tensor => tensor.Count).ThenBy(static tensor => tensor.Name, StringComparer.Ordinal))
        {
            var owner = Array.IndexOf(loads, loads.Min());
            loads[owner] += count;
            owners.Add(name, owner);
        }

        return new(ranks, owners.ToImmutable());
    }

    /// <summary>The rank that has a tensor.</summary>
    public int OwnerOf(string name) => owners[name];

    /// <summary>Whether this rank has a tensor.</summary>
    public bool IsOwn(string name) => owners[name] == ranks.Rank;

    /// <summary>The norm over all tensors, from that over each rank's own: the same bits on every rank.</summary>
    public double NormOf(double own) => Math.Sqrt(ranks.Sum(own * own)[0]);
}

using System.Collections.Immutable;

namespace SuParDsl.Distributed;

/// <summary>Assigns each tensor to the one rank that keeps its optimizer state and updates it.</summary>
/// <param name="ranks">The process group.</param>
/// <param name="owners">The owner of each tensor, by full name.</param>
internal sealed class TensorOwners(ProcessGroup ranks, ImmutableDictionary<string, int> owners)
{
    /// <summary>The process group.</summary>
    public ProcessGroup ProcessGroup => ranks;

    /// <summary>Distributes tensors, largest first, each to the rank with the fewest weights so far.</summary>
    /// <param name="ranks">The process group.</param>
    /// <param name="tensors">Each tensor's name and number of weights, the same on every rank.</param>
    public static TensorOwners Of(ProcessGroup ranks, IEnumerable<(string Name, long Count)> tensors)
    {
        var loads = new long[ranks.Count];
        var owners = ImmutableDictionary.CreateBuilder<string, int>();
        foreach (var (name, count) in tensors.OrderByDescending(static tensor => tensor.Count)
            .ThenBy(static tensor => tensor.Name, StringComparer.Ordinal))
        {
            var owner = Array.IndexOf(loads, loads.Min());
            loads[owner] += count;
            owners.Add(name, owner);
        }

        return new(ranks, owners.ToImmutable());
    }

    /// <summary>The rank that owns a tensor.</summary>
    public int OwnerOf(string name) => owners[name];

    /// <summary>Whether this rank owns a tensor.</summary>
    public bool IsOwn(string name) => owners[name] == ranks.Rank;

    /// <summary>The norm over all tensors, from the norm over this rank's own. It is bitwise identical on every rank.</summary>
    public double NormOf(double own) => Math.Sqrt(ranks.Sum(own * own)[0]);
}

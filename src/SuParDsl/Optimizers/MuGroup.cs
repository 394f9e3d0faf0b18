using System.Collections.Immutable;

namespace SuParDsl;

/// <summary>Parameters that share their multipliers: one group of an optimizer.</summary>
/// <param name="Names">The tensors' full names.</param>
/// <param name="LearningRate">The factor on the base learning rate.</param>
/// <param name="Decay">The factor on the weight decay; 0 for vectors.</param>
/// <param name="Epsilon">The factor on Adam's ε.</param>
public sealed record MuGroup(ImmutableArray<string> Names, double LearningRate, double Decay, double Epsilon)
{
    /// <summary>The groups of a table under a weight-decay mode, in the order of their first tensor.</summary>
    public static ImmutableArray<MuGroup> Of(MuTable table, WeightDecay decay) => Of(table.With(decay));

    /// <summary>The groups of a table as it stands.</summary>
    internal static ImmutableArray<MuGroup> Of(MuTable table) =>
    [
        .. table.Rows
            .GroupBy(static row => (row.LearningRate, row.Decay, row.Epsilon))
            .Select(static group => new MuGroup([.. group.Select(static row => row.Name)], group.Key.LearningRate, group.Key.Decay, group.Key.Epsilon)),
    ];

    /// <summary>Groups of the wanted tensors alone; none is empty.</summary>
    internal static ImmutableArray<MuGroup> Only(ImmutableArray<MuGroup> groups, Func<string, bool> wanted) =>
        [.. groups.Select(group => group with { Names = [.. group.Names.Where(wanted)] }).Where(static group => group.Names.Length > 0)];
}

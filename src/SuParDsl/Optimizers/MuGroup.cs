using System.Collections.Immutable;

namespace SuParDsl.Optimizers;

/// <summary>Parameters that share their multipliers: one group of an optimizer.</summary>
/// <param name="Names">The tensors' full names.</param>
/// <param name="LearningRateMultiplier">The factor on the base learning rate.</param>
/// <param name="WeightDecayMultiplier">The factor on the weight decay; 0 for vectors.</param>
/// <param name="EpsilonMultiplier">The factor on Adam's ε.</param>
public sealed record MuGroup(
    ImmutableArray<string> Names, double LearningRateMultiplier, double WeightDecayMultiplier, double EpsilonMultiplier)
{
    /// <summary>The groups of a table under a weight-decay mode, in the order of their first tensor.</summary>
    public static ImmutableArray<MuGroup> Of(MuTable table, WeightDecayCoupling coupling) => Of(table.With(coupling));

    /// <summary>The groups of a table, with the weight-decay multipliers that it has.</summary>
    internal static ImmutableArray<MuGroup> Of(MuTable table) =>
    [
        .. table.Rows
            .GroupBy(static row => (row.LearningRateMultiplier, row.WeightDecayMultiplier, row.EpsilonMultiplier))
            .Select(static group => new MuGroup(
                [.. group.Select(static row => row.Name)],
                group.Key.LearningRateMultiplier,
                group.Key.WeightDecayMultiplier,
                group.Key.EpsilonMultiplier)),
    ];

    /// <summary>The groups restricted to the wanted tensors, without empty groups.</summary>
    internal static ImmutableArray<MuGroup> Only(ImmutableArray<MuGroup> groups, Func<string, bool> wanted) =>
        [.. groups.Select(group => group with { Names = [.. group.Names.Where(wanted)] })
            .Where(static group => group.Names.Length > 0)];
}

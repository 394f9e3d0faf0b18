using System.Collections.Immutable;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Flow;

/// <summary>
/// Applies a contract to shapes. A name is a size of the class if it has one, and otherwise any size, the same one everywhere.
/// </summary>
internal sealed class ContractShapes(Unifier sizes, Func<string, Polynomial?> known)
{
    private readonly Dictionary<string, Polynomial> free = new(StringComparer.Ordinal);
    private string? lead;
    private ImmutableArray<Polynomial> before = [];
    private bool isBound;

    /// <summary>Whether a pattern takes a shape.</summary>
    public bool Takes(ShapePattern pattern, Shape given)
    {
        var rank = pattern.Axes.Length;
        if ((pattern.IsOpen ? sizes.WithRank(given, rank) : sizes.WithExactRank(given, rank)) is not { } shape)
        {
            return false;
        }

        for (var i = 0; i < rank; i++)
        {
            if (!sizes.Unify(shape.FromEnd(i + 1), Size(pattern.Axes[rank - 1 - i])))
            {
                return false;
            }
        }

        if (pattern.IsOpen && !isBound)
        {
            (lead, before, isBound) = (shape.Lead, [.. shape.Axes.Take(shape.Rank - rank)], true);
        }

        return true;
    }

    /// <summary>The shape that a pattern gives.</summary>
    public Shape Gives(ShapePattern pattern)
    {
        var axes = pattern.Axes.Select(axis => sizes.Resolve(Size(axis)));
        return !pattern.IsOpen ? new(null, [.. axes]) : new(isBound ? lead : sizes.FreshLead(), [.. before, .. axes]);
    }

    private Polynomial Size(string axis) => SizeText.Parse(axis, Name)!;

    private Polynomial Name(string name) =>
        known(name) ?? (free.TryGetValue(name, out var size) ? size : free[name] = sizes.Fresh());
}

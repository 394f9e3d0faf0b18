using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Runs of a sweep that are one run under several names: a dense model has no mask to move and no density for a rule to see, and
/// only pruning has a density on the way. Such a run is trained once.
/// </summary>
internal sealed class SweepTwins
{
    private readonly Dictionary<SweepPoint, SweepPoint[]> twins;

    private SweepTwins(IEnumerable<IGrouping<SweepPoint, SweepPoint>> groups) =>
        twins = groups.SelectMany(static group => group.Select(point => (point, group))).ToDictionary(static p => p.point, static p => p.group.ToArray());

    /// <summary>Finds them among the runs of a sweep, by the models' own tables.</summary>
    public static SweepTwins Among<TModel, TSize>(IEnumerable<SweepPoint> points, SizeAxes<TModel, TSize> axes, TSize size)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        var dense = new Dictionary<TSize, string?>();
        return new(points.GroupBy(Of));

        SweepPoint Of(SweepPoint point) => (Rules(point), point.Rule, point.Method) switch
        {
            ({ } own, _, _) when point.Rule != Rule.Standard && own == Rules(point with { Rule = Rule.MuP }) =>
                point with { Rule = Rule.MuP, Method = SparsityMethod.Static },
            ({ }, _, _) => point with { Method = SparsityMethod.Static },
            (null, Rule.SuParFinal, not SparsityMethod.Gmp) => point with { Rule = Rule.SuPar },
            _ => point,
        };

        // The multipliers of a dense model, whatever its rule is called; null where a tensor is sparse.
        string? Rules(SweepPoint point)
        {
            var sizes = point.Size(axes, size);
            if (!dense.TryGetValue(sizes, out var table))
            {
                using var model = TModel.Create(sizes, 0);
                table = model.Masks.Count > 0 ? null : (model.MuTable with { Rule = Rule.MuP }).ToJson();
                dense.Add(sizes, table);
            }

            return table;
        }
    }

    /// <summary>Whether a run is the one of its twins that is trained.</summary>
    public bool IsFirst(SweepPoint point) => twins[point][0] == point;

    /// <summary>Gives every twin of a finished run its result and its metrics.</summary>
    public void Share(SweepFolder folder)
    {
        foreach (var run in folder.Finished().Where(run => twins.ContainsKey(run.Point)))
        {
            foreach (var twin in twins[run.Point].Where(twin => !folder.Has(twin)))
            {
                folder.AddTwin(run, twin);
            }
        }
    }
}

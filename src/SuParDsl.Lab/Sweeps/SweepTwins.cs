namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Runs of a sweep that are one run under several names: a dense model has no mask to move and no density for a rule to see, and
/// only pruning has a density on the way. Such a run is trained once.
/// </summary>
internal sealed class SweepTwins
{
    private readonly Dictionary<SweepPoint, SweepPoint[]> twins;

    private SweepTwins(IEnumerable<SweepPoint[]> groups) => twins = groups
        .SelectMany(static group => group.Select(point => (Point: point, Group: group))).ToDictionary(static p => p.Point, static p => p.Group);

    /// <summary>Finds them among the runs of a sweep, by the models' own tables.</summary>
    public static SweepTwins Among<TModel, TSize>(IEnumerable<SweepPoint> points, SweepModels<TModel, TSize> models)
        where TModel : Model, IModel<TModel, TSize>
        where TSize : class
    {
        return new(points.GroupBy(Of).Select(static group => group.ToArray()));

        SweepPoint Of(SweepPoint point)
        {
            var model = models.Of(point);
            if (model.IsDense)
            {
                var still = point with { Method = SparsityMethod.Static };
                return point.Rule != Rule.Standard && IsAlso(Rule.MuP) ? still with { Rule = Rule.MuP } : still;
            }

            return point.Rule == Rule.SuParFinal && !model.IsPruned && IsAlso(Rule.SuPar) ? point with { Rule = Rule.SuPar } : point;

            bool IsAlso(Rule rule) => models.Of(point with { Rule = rule }).Table == model.Table;
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

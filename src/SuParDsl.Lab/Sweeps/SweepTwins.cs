namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Groups runs of a sweep that would be identical, so that each group is trained once. A dense model has no mask that a method
/// could change and no density that a rule could use, and only pruning changes the density during training.
/// </summary>
internal sealed class SweepTwins
{
    private readonly Dictionary<SweepPoint, SweepPoint[]> twins;

    private SweepTwins(IEnumerable<SweepPoint[]> groups) => twins = groups
        .SelectMany(static group => group.Select(point => (Point: point, Group: group)))
        .ToDictionary(static p => p.Point, static p => p.Group);

    /// <summary>Groups the runs of a sweep by their models' multiplier tables.</summary>
    public static SweepTwins Among<TModel, TSize>(IEnumerable<SweepPoint> points, SweepModels<TModel, TSize> models)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
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

            return point.Rule == Rule.SuParFinal && !model.IsPruned && IsAlso(Rule.SuPar)
                ? point with { Rule = Rule.SuPar }
                : point;

            bool IsAlso(Rule rule) => models.Of(point with { Rule = rule }).Table == model.Table;
        }
    }

    /// <summary>Returns whether a run is the one of its group that is trained.</summary>
    public bool IsFirst(SweepPoint point) => twins[point][0] == point;

    /// <summary>Copies the result and metrics of finished runs to the other runs of their groups.</summary>
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

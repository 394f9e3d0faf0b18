namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// Groups models of a sweep whose runs would be identical, so that each group is trained once. A dense model has no mask that a
/// method could change and no density that a rule could use, and only pruning changes the density during training.
/// </summary>
internal sealed class SweepTwins
{
    private readonly Dictionary<SweepPoint, SweepPoint[]> twins;

    private SweepTwins(IEnumerable<SweepPoint[]> groups) => twins = groups
        .SelectMany(static group => group.Select(model => (Model: model, Group: group)))
        .ToDictionary(static p => p.Model, static p => p.Group);

    /// <summary>Groups the models of a sweep by their multiplier tables.</summary>
    public static SweepTwins Among<TModel, TSize>(SweepSettings<TSize> settings)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class
    {
        var models = new SweepModels<TModel, TSize>(settings);
        return new(settings.Models().GroupBy(Of).Select(static group => group.ToArray()));

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

            // A sweep of one rule has no twins over rules, and its model may have no parameter for another one.
            bool IsAlso(Rule rule) => settings.Rules.Count > 1 && models.Of(point with { Rule = rule }).Table == model.Table;
        }
    }

    /// <summary>Returns whether the model of a run is the one of its group that is trained.</summary>
    public bool IsFirst(SweepPoint point) => FirstOf(point.Model()) == point.Model();

    /// <summary>Returns the one of a model's group that is trained.</summary>
    public SweepPoint FirstOf(SweepPoint model) => twins[model][0];

    /// <summary>Copies the result and metrics of finished runs to the same runs of the other models of their groups.</summary>
    public void Share(SweepFolder folder)
    {
        foreach (var run in folder.Finished())
        {
            foreach (var model in twins.GetValueOrDefault(run.Point.Model(), []))
            {
                var twin = model with { LearningRate = run.Point.LearningRate, Seed = run.Point.Seed };
                if (!folder.Has(twin))
                {
                    folder.AddTwin(run, twin);
                }
            }
        }
    }
}

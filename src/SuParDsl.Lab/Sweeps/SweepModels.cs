using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Sweeps;

/// <summary>What must be known of a run's model before it is trained.</summary>
/// <param name="Table">Its multipliers, whatever its rule is called.</param>
/// <param name="IsDense">Whether no tensor has a mask.</param>
/// <param name="IsPruned">Whether a tensor's density falls on the way.</param>
internal sealed record SweepModel(string Table, bool IsDense, bool IsPruned);

/// <summary>
/// The models of a sweep. Each is built once and the schedule of its masks checked, so that one that cannot be built, or whose masks cannot
/// move as asked, is refused before anything is trained.
/// </summary>
/// <param name="settings">The sweep.</param>
internal sealed class SweepModels<TModel, TSize>(SweepSettings<TSize> settings)
    where TModel : Model, IModel<TModel, TSize>
    where TSize : class
{
    private readonly SizeAxes<TModel, TSize> axes = new(settings.Size);
    private readonly Dictionary<(TSize Size, SparsityMethod? Method), SweepModel> known = [];

    /// <summary>The model of a run.</summary>
    /// <exception cref="SizeException">It cannot be built.</exception>
    /// <exception cref="UserException">Its masks cannot move as asked.</exception>
    public SweepModel Of(SweepPoint point)
    {
        var size = point.Size(axes, settings.Size);
        if (!known.ContainsKey((size, point.Method)))
        {
            using var model = TModel.Create(size, 0);
            foreach (var method in settings.AllMethods)
            {
                known.Add((size, method), Look(model, settings.TrainingOf(point with { Method = method })));
            }
        }

        return known[(size, point.Method)];
    }

    private static SweepModel Look(TModel model, TrainingOptions options)
    {
        options.Masks.ApplyWhereSparse(model);
        _ = options.Masks.ScheduleFor(model, options.Steps);
        return new(
            (model.MuTable with { Rule = Rule.MuP }).ToJson(), model.Masks.Count == 0,
            MaskOptions.MethodsOf(model).Contains(SparsityMethod.Gmp));
    }
}

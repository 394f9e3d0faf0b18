using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Sweeps;

/// <summary>The properties of a run's model that decide whether runs are identical.</summary>
/// <param name="Table">The multipliers, without the name of the rule.</param>
/// <param name="IsDense">Whether no tensor has a mask.</param>
/// <param name="IsPruned">Whether the density of a tensor falls during training.</param>
internal sealed record SweepModel(string Table, bool IsDense, bool IsPruned);

/// <summary>
/// The models of a sweep. Each model is built once and its mask schedule is checked, so that a model that cannot be built, or
/// whose masks cannot change as requested, is refused before anything is trained.
/// </summary>
/// <param name="settings">The sweep.</param>
internal sealed class SweepModels<TModel, TSize>(SweepSettings<TSize> settings)
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    private readonly SizeAxes<TModel, TSize> axes = new();
    private readonly Dictionary<(TSize Size, SparsityMethod? Method), SweepModel> known = [];

    /// <summary>Returns the properties of a run's model.</summary>
    /// <exception cref="SizeException">The model cannot be built.</exception>
    /// <exception cref="UserException">The masks cannot change as requested.</exception>
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
        _ = options.MaskScheduleOf(model);
        return new(
            (model.MuTable with { Rule = Rule.MuP }).ToJson(), model.Masks.Count == 0,
            MaskOptions.MethodsOf(model).Contains(SparsityMethod.Gmp));
    }
}

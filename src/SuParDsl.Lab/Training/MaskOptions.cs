using SuParDsl.Sparsity;

namespace SuParDsl.Lab.Training;

/// <summary>Whether and how masks are updated while a model trains.</summary>
public sealed record MaskOptions
{
    /// <summary>The fraction of a run after which RigL's authors stop updating masks.</summary>
    private const double StopFraction = 0.75;

    private static readonly MaskSchedule Usual = new() { Stop = 1 };

    /// <summary>The sparsity method; null for the one that the model's attributes declare.</summary>
    public SparsityMethod? Method { get; init; }

    /// <summary>The number of steps between two mask updates.</summary>
    public int Interval { get; init; } = Usual.Interval;

    /// <summary>The step after which mask updates begin.</summary>
    public int Start { get; init; }

    /// <summary>The last step that may have a mask update; 0 for three quarters of the run, or of its schedule.</summary>
    public int Stop { get; init; }

    /// <summary>Which steps between start and stop have a mask update.</summary>
    public MaskUpdates Updates { get; init; }

    /// <summary>The initial fraction of a tensor's kept weights that SET and RigL drop and regrow at an update.</summary>
    public double DropFraction { get; init; } = Usual.DropFraction;

    /// <summary>How the drop fraction decreases.</summary>
    public Ramp Drop { get; init; } = Usual.Drop;

    /// <summary>Whether the ramp of the drop fraction counts steps from 0 instead of from <see cref="Start"/>.</summary>
    public bool DropFromZero { get; init; }

    /// <summary>Whether SET applies the drop fraction to positive and negative weights separately.</summary>
    public bool DropBySign { get; init; }

    /// <summary>How the density decreases under gradual magnitude pruning.</summary>
    public Ramp Prune { get; init; } = Usual.Prune;

    /// <summary>Whether pruning ranks the weights of all tensors together.</summary>
    public bool Global { get; init; }

    /// <summary>Whether global pruning divides each tensor's weights by their norm before it ranks them.</summary>
    public bool Normalize { get; init; }

    /// <summary>Sets the sparsity method of a model, which initializes it anew.</summary>
    internal TModel Apply<TModel>(TModel model) where TModel : IModel
    {
        if (Method is { } method)
        {
            model.UseMethod(method);
        }

        return model;
    }

    /// <summary>
    /// Sets the sparsity method of a model that may be dense, such as the baseline of a sweep over densities. A model without
    /// masks is returned unchanged.
    /// </summary>
    internal TModel ApplyWhereSparse<TModel>(TModel model) where TModel : IModel => model.Masks.Count == 0 ? model : Apply(model);

    /// <summary>
    /// The sparsity methods of a model's masked tensors. A tensor of density 1 has no mask, whatever its attribute says.
    /// </summary>
    internal static IEnumerable<SparsityMethod> MethodsOf(IModel model) =>
        model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name)).Select(static tensor => tensor.Method);

    /// <summary>The mask schedule of a run, validated before anything is written; null if no mask is updated.</summary>
    /// <param name="model">The model.</param>
    /// <param name="horizon">The number of steps that the schedule is for.</param>
    /// <param name="steps">The number of steps of the run.</param>
    /// <exception cref="UserException">The schedule does not fit the run.</exception>
    internal MaskSchedule? ScheduleFor(IModel model, int horizon, int steps)
    {
        if (!DynamicMasks.AreNeeded(model))
        {
            return null;
        }

        var stop = Stop == 0 ? Math.Max(1, (int)(StopFraction * horizon)) : Stop;
        var last = Math.Max(horizon, steps);
        if (stop > last)
        {
            var of = horizon > steps ? "schedule (--schedule-steps)" : "run";
            throw new UserException($"--mask-stop is {stop}: it must be at most {last}, the number of steps of the {of}");
        }

        var schedule = new MaskSchedule
        {
            Interval = Interval, Start = Start, Stop = stop, Updates = Updates, DropFraction = DropFraction, Drop = Drop,
            DropFromZero = DropFromZero, DropBySign = DropBySign, Prune = Prune, Global = Global, Normalize = Normalize,
        };
        try
        {
            schedule.Check();
            return schedule;
        }
        catch (ArgumentException e)
        {
            throw new UserException($"the mask schedule is not valid (see --mask-every, --mask-start, --mask-stop): {e.Message}");
        }
    }
}

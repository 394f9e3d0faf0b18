namespace SuParDsl.Lab.Training;

/// <summary>Whether and how masks move while a model trains.</summary>
public sealed record MaskOptions
{
    /// <summary>The share of a run after which RigL's authors leave masks as they are.</summary>
    private const double StopShare = 0.75;

    private static readonly MaskSchedule Usual = new() { Stop = 1 };

    /// <summary>The method; null for what the model's attributes say.</summary>
    public SparsityMethod? Method { get; init; }

    /// <summary>The number of steps between two updates.</summary>
    public int Interval { get; init; } = Usual.Interval;

    /// <summary>The step after which updates begin.</summary>
    public int Start { get; init; }

    /// <summary>The last step that may have an update; 0 for three quarters of the run.</summary>
    public int Stop { get; init; }

    /// <summary>Which steps between start and stop have an update.</summary>
    public MaskUpdates Updates { get; init; }

    /// <summary>The share of its kept weights that SET and RigL drop and regrow in a tensor at first.</summary>
    public double DropFraction { get; init; } = Usual.DropFraction;

    /// <summary>How that share falls.</summary>
    public Ramp Drop { get; init; } = Usual.Drop;

    /// <summary>Whether that ramp's steps count from 0 instead of from the start.</summary>
    public bool DropFromZero { get; init; }

    /// <summary>Whether SET drops the share of the positive and of the negative weights, each for itself.</summary>
    public bool DropBySign { get; init; }

    /// <summary>How the density falls under gradual magnitude pruning.</summary>
    public Ramp Prune { get; init; } = Usual.Prune;

    /// <summary>Whether pruning ranks the weights of all tensors together.</summary>
    public bool Global { get; init; }

    /// <summary>Whether that ranking divides each tensor's weights by their norm first.</summary>
    public bool Normalize { get; init; }

    /// <summary>Has a model's masks move as asked. It is initialised anew for that.</summary>
    internal TModel Apply<TModel>(TModel model) where TModel : Model
    {
        if (Method is { } method)
        {
            model.UseMethod(method);
        }

        return model;
    }

    /// <summary>The same of a model that may be dense, as the baseline of a sweep over densities: it has no mask to move.</summary>
    internal TModel ApplyWhereSparse<TModel>(TModel model) where TModel : Model => model.Masks.Count == 0 ? model : Apply(model);

    /// <summary>How the masks of a model move. A tensor of density 1 has none, whatever its attribute says.</summary>
    internal static IEnumerable<SparsityMethod> MethodsOf(Model model) =>
        model.Tensors.Where(tensor => model.Masks.ContainsKey(tensor.Name)).Select(static tensor => tensor.Method);

    /// <summary>When a model's masks move in a run: for before anything is written. Null where none moves.</summary>
    /// <exception cref="UserException">The schedule does not fit the run.</exception>
    internal MaskSchedule? ScheduleFor(Model model, int steps)
    {
        if (!DynamicMasks.AreNeeded(model))
        {
            return null;
        }

        var stop = Stop == 0 ? Math.Max(1, (int)(StopShare * steps)) : Stop;
        if (stop > steps)
        {
            throw new UserException($"--mask-stop is {stop}: the run has {steps} steps, and masks may move up to step {steps}");
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
            throw new UserException($"masks cannot move as asked (see --mask-every, --mask-start, --mask-stop): {e.Message}");
        }
    }

    /// <summary>Begins to move a model's masks, or goes on after some steps; null where none moves.</summary>
    /// <exception cref="UserException">The schedule does not fit the run.</exception>
    internal DynamicMasks? Begin(Model model, MuOptimizer optimizer, int steps, int done, ProcessGroup? ranks) =>
        ScheduleFor(model, steps) is { } schedule ? new(model, optimizer, schedule, done, ranks) : null;
}

using SuParDsl.Lab.Slurm;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The options of <c>sweep</c>.</summary>
/// <param name="Study">The sizes to compare, the data and the folder, which must be given.</param>
/// <param name="Training">How each model is trained, except for its learning rate and seed.</param>
/// <param name="Rules">The rules to compare.</param>
/// <param name="LearningRates">The base learning rates.</param>
internal sealed record SweepOptions<TSize>(
    StudyOptions<TSize> Study, TrainingOptions Training, IReadOnlyList<Rule> Rules, IReadOnlyList<double> LearningRates)
    where TSize : class
{
    /// <summary>The mask methods to compare; empty for the one that the model's attributes declare.</summary>
    public IReadOnlyList<SparsityMethod> Methods { get; init; } = [];

    /// <summary>The number of runs at each point.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>The number of processes that train in parallel; 1 trains in this process.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Whether the density falls as the width grows, so that the non-zeros per row stay constant.</summary>
    public bool ConstantNonZeros { get; init; }

    /// <summary>The part of the runs to train.</summary>
    public Shard Shard { get; init; } = Shard.All;

    /// <summary>Folders of other parts of the sweep, whose finished runs are copied.</summary>
    public IReadOnlyList<string> Merge { get; init; } = [];

    /// <summary>Whether learning rates are chosen by the results, beginning at the middle one of those given.</summary>
    public bool Refine { get; init; }

    /// <summary>The request for a cluster; null if this machine trains.</summary>
    public SlurmRequest? Cluster { get; init; }

    /// <summary>The sweep's settings.</summary>
    /// <param name="example">The name of the example.</param>
    /// <param name="size">The sizes, with those that the data determine.</param>
    /// <param name="data">The fingerprint of the data.</param>
    /// <exception cref="UserException">
    /// The non-zeros cannot be constant, or the final learning rate is above a learning rate.
    /// </exception>
    public SweepSettings<TSize> Settings(string example, TSize size, string data)
    {
        var settings = new SweepSettings<TSize>(
            SweepSettings<TSize>.CurrentVersion, example, size, Training, data, Rules, Study.Axes, LearningRates, Seeds,
            ConstantNonZeros, Methods.Count > 0 ? Methods : null, Refine);
        if (settings.ConstantNonZeros)
        {
            settings.RequireConstantNonZeros();
        }

        foreach (var rate in settings.LearningRates)
        {
            settings.Training.RequireFinalRate(rate);
        }

        return settings;
    }
}

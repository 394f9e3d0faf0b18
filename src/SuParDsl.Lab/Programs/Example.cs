using SuParDsl.Lab.Data;
using SuParDsl.Lab.Interop;
using SuParDsl.Lab.Replay;
using SuParDsl.Lab.Sweeps;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab;

/// <summary>A model with its data, its loss and the defaults of its command line.</summary>
/// <typeparam name="TModel">The model, as emitted.</typeparam>
/// <typeparam name="TSize">
/// Its record of sizes, as emitted. Every property becomes an option and must be a number, a string, an enum, a nullable of these
/// or a list of them. Another type is an error when the program starts.
/// </typeparam>
/// <param name="Name">The example's name, which also names its run folders.</param>
/// <param name="Description">A description of one line.</param>
/// <param name="Size">The default sizes, densities and rule.</param>
public sealed record Example<TModel, TSize>(string Name, string Description, TSize Size)
    where TModel : torch.nn.Module, IModel<TModel, TSize>
    where TSize : class
{
    /// <summary>The data: <see cref="TextData"/>, <see cref="ImageData"/>, <see cref="BatchData"/> or a custom source.</summary>
    public required IDataSource Data { get; init; }

    /// <summary>The loss, which training minimizes.</summary>
    public Loss Loss { get; init; } = Loss.CrossEntropy;

    /// <summary>The defaults of the training options.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Create the observers of each run of <c>train</c>, <c>transfer</c> and <c>sweep</c>, such as loggers and
    /// <see cref="EarlyStopping"/>. They are called in order.
    /// </summary>
    public IReadOnlyList<Func<ObservedRun, ITrainingObserver>> Observers { get; init; } = [];

    /// <summary>
    /// Creates the tuner that chooses a model's learning rates for <c>sweep --refine</c>; null for the golden section.
    /// </summary>
    public Func<TunedModel, ITuner>? Tuner { get; init; }

    /// <summary>
    /// The sizes that coordinate checks start from, if they need other hyperparameters; null for <see cref="Size"/>.
    /// </summary>
    public TSize? CheckSize { get; init; }

    /// <summary>Maps runs of a reference implementation to this model; null if there are none. For text only.</summary>
    public ReferenceMapping<TSize>? Reference { get; init; }

    /// <summary>
    /// How other programs store the model, for <c>import</c>, <c>export --format</c>, <c>train --from</c> and <c>sample</c>.
    /// </summary>
    public IReadOnlyList<WeightFormat<TSize>> Formats { get; init; } = [];
}

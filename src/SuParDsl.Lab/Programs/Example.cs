using SuParDsl.Lab.Data;
using SuParDsl.Lab.Replay;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab;

/// <summary>A model with its data, its loss and the defaults of its command line.</summary>
/// <typeparam name="TModel">The model, as emitted.</typeparam>
/// <typeparam name="TSize">
/// Its record of sizes, as emitted; every property becomes an option. A number, a text, an enum, a nullable one or a list of them;
/// another type is refused when the program starts.
/// </typeparam>
/// <param name="Name">The example's name, which also names its run folders.</param>
/// <param name="Description">One line on what it is.</param>
/// <param name="Size">The default sizes, densities and rule.</param>
public sealed record Example<TModel, TSize>(string Name, string Description, TSize Size)
    where TModel : Model, IModel<TModel, TSize>
    where TSize : class
{
    /// <summary>What it trains on: <see cref="TextData"/>, <see cref="ImageData"/>, <see cref="BatchData"/> or an own source.</summary>
    public required IDataSource Data { get; init; }

    /// <summary>What training makes small.</summary>
    public Loss Loss { get; init; } = Loss.CrossEntropy;

    /// <summary>How it is trained unless options say otherwise.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The sizes that coordinate checks start from, for hyperparameters other than its own; null for its own.</summary>
    public TSize? CheckSize { get; init; }

    /// <summary>How runs of a reference implementation map to this model; null where there are none. For text alone.</summary>
    public ReferenceMapping<TSize>? Reference { get; init; }
}

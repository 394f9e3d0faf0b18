using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>
/// A source of examples for a model: opens what <c>--data</c> names, and sets the sizes of the model that depend on it.
/// </summary>
public interface IDataSource
{
    /// <summary>The names of the model's size properties that follow from the data, so that no option sets them.</summary>
    IReadOnlyList<string> Sizes { get; }

    /// <summary>The help text of <c>--data</c>: what it may name, and which data are used without it.</summary>
    string Help { get; }

    /// <summary>Opens the data.</summary>
    /// <param name="request">The requested data.</param>
    /// <exception cref="UserException">The data cannot be used; the message says why.</exception>
    OpenData Open(DataRequest request);
}

/// <summary>The data that a command requests.</summary>
/// <param name="Path">The value of <c>--data</c>; null if it is not given.</param>
/// <param name="Size">Returns an integer size of the model, as set on the command line, by the name of its property.</param>
public sealed record DataRequest(string? Path, Func<string, int> Size)
{
    /// <summary>The tokenizer options.</summary>
    internal TokenizerChoice Tokenizer { get; init; } = TokenizerChoice.Default;

    /// <summary>Receives the name of a long operation and the fraction of it that is done.</summary>
    internal Action<string, double>? Progress { get; init; }
}

/// <summary>Returns the training batch of a step, which is a function of seed and step alone.</summary>
/// <param name="rows">The number of examples.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="step">The step, from 0 on.</param>
public delegate Batch TrainingBatch(int rows, long seed, int step);

/// <summary>Returns batches spread evenly over the validation part. Every call returns the same ones.</summary>
/// <param name="rows">The largest number of examples in a batch.</param>
/// <param name="count">The largest number of batches; there is at least one.</param>
public delegate IEnumerable<Batch> ValidationBatches(int rows, int count);

/// <summary>Open data.</summary>
/// <param name="Name">A description of the data for messages.</param>
/// <param name="Unit">The name of one target, in the singular: "character", "image".</param>
/// <param name="Training">Returns training batches.</param>
/// <param name="Validation">Returns validation batches.</param>
public sealed record OpenData(string Name, string Unit, TrainingBatch Training, ValidationBatches Validation) : IDisposable
{
    /// <summary>The number of training units; 0 if they are generated without end.</summary>
    public long TrainingCount { get; init; }

    /// <summary>The number of validation units; 0 if they are generated without end.</summary>
    public long ValidationCount { get; init; }

    /// <summary>The values of <see cref="IDataSource.Sizes"/>.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// A fingerprint that distinguishes these data from others of the same name. A sweep resumes only with the data that it began
    /// with.
    /// </summary>
    public required string Fingerprint { get; init; }

    /// <summary>Closes the files that batches are read from.</summary>
    public Action? Close { get; init; }

    /// <summary>The tokenizer, if the data are text.</summary>
    internal Tokenizer? Tokenizer { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Close?.Invoke();
}

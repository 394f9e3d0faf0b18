using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>Where a model's examples come from: what <c>--data</c> names, and which sizes of the model follow from it.</summary>
public interface IDataSource
{
    /// <summary>The model's sizes that follow from the data, so that no option sets them. Names of properties.</summary>
    IReadOnlyList<string> Sizes { get; }

    /// <summary>What <c>--data</c> may name, and what is taken without it, for the help text.</summary>
    string Help { get; }

    /// <summary>Opens the data.</summary>
    /// <param name="request">What is asked for.</param>
    /// <exception cref="UserException">They cannot be used; the message says why.</exception>
    OpenData Open(DataRequest request);
}

/// <summary>Which data a command asks for.</summary>
/// <param name="Path">What <c>--data</c> names; null where it is not given.</param>
/// <param name="Size">A whole-numbered size of the model by the name of its property, as the command line asks for it.</param>
public sealed record DataRequest(string? Path, Func<string, int> Size)
{
    /// <summary>How text becomes tokens.</summary>
    internal TokenizerChoice Tokenizer { get; init; } = TokenizerChoice.Default;

    /// <summary>Is told what is done that may take long, and which share of it.</summary>
    internal Action<string, double>? Progress { get; init; }
}

/// <summary>Examples for a model, on the CPU.</summary>
/// <param name="Inputs">What the model is called with; the first dimension counts the examples.</param>
/// <param name="Targets">What its output is held against.</param>
public readonly record struct Batch(Tensor Inputs, Tensor Targets);

/// <summary>The training batch of a step, the same for the same seed and step.</summary>
/// <param name="rows">The number of examples.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="step">The step, from 0 on.</param>
public delegate Batch TrainingBatch(int rows, long seed, int step);

/// <summary>Batches of the validation part, spread evenly over it: the same whenever it is called.</summary>
/// <param name="rows">The most examples in a batch.</param>
/// <param name="count">The most batches; there is at least one.</param>
public delegate IEnumerable<Batch> ValidationBatches(int rows, int count);

/// <summary>Data that are open.</summary>
/// <param name="Name">What they are, for people.</param>
/// <param name="Unit">What one target is, in the singular: "character", "image".</param>
/// <param name="Training">Batches to train on.</param>
/// <param name="Validation">Batches to measure on.</param>
public sealed record OpenData(string Name, string Unit, TrainingBatch Training, ValidationBatches Validation) : IDisposable
{
    /// <summary>The number of units to train on; 0 where they are made without end.</summary>
    public long TrainingCount { get; init; }

    /// <summary>The number of units to measure on; 0 where they are made without end.</summary>
    public long ValidationCount { get; init; }

    /// <summary>The values of <see cref="IDataSource.Sizes"/>.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = new Dictionary<string, int>();

    /// <summary>What other data under the same name would not have: a sweep goes on only with the data that it began with.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Closes what the batches read from.</summary>
    public Action? Close { get; init; }

    /// <summary>How tokens read, where the data are text.</summary>
    internal Tokenizer? Tokenizer { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Close?.Invoke();
}

using System.Globalization;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Sizes;
using SuParDsl.Lab.Text;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Handlers;

/// <summary>The data of a command and, for text, the tokenizer.</summary>
/// <param name="Path">The path of the data; null for the example's own.</param>
internal sealed record DataChoice(string? Path = null)
{
    /// <summary>The tokenizer, with the options for token ids.</summary>
    public TokenizerChoice Tokenizer { get; init; } = TokenizerChoice.Default;

    /// <summary>The same data for weights that have a tokenizer already.</summary>
    /// <param name="existing">The tokenizer; null if there is none.</param>
    /// <exception cref="UserException">The number of tokens is given as well.</exception>
    public DataChoice For(Tokenizer? existing) => existing is null
        ? this
        : Tokenizer.Ids.Vocabulary is not { } count
            ? this with { Tokenizer = Tokenizer with { Existing = existing } }
            : throw new UserException(
                $"--vocabulary is {count}, but the weights of --from have {existing.Size} tokens: leave it out");

    /// <summary>Opens the data, whose batches are then verified when they are read.</summary>
    /// <param name="source">The example's data source.</param>
    /// <param name="sizes">The description of the model's sizes.</param>
    /// <param name="size">The model's sizes as they were requested.</param>
    /// <param name="progress">Where to report the progress of long preparations; null if another process reports it.</param>
    /// <exception cref="UserException">The data cannot be used.</exception>
    public OpenData Open<TSize>(IDataSource source, SizeList<TSize> sizes, TSize size, TextWriter? progress)
        where TSize : class =>
        BatchChecks.Checked(source.Open(new(Path, name => sizes.Int(size, name))
        {
            Tokenizer = Tokenizer,
            Progress = progress is null ? null : new LongWork(progress, TimeProvider.System).Report,
        }));

    /// <summary>The arguments that choose the same data in another process.</summary>
    public string[] Arguments() =>
    [
        .. Path is { } path ? ["--data", path] : Array.Empty<string>(),
        .. Tokenizer.Kind != TokenizerKind.Default ? ["--tokenizer", Tokenizer.ToString()] : Array.Empty<string>(),
        .. Tokenizer.Ids.Vocabulary is { } count
            ? ["--vocabulary", count.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        .. Tokenizer.Ids.Type is { } type ? ["--token-type", type.Option()] : Array.Empty<string>(),
        .. Tokenizer.Field != TokenizerChoice.DefaultField ? ["--field", Tokenizer.Field] : Array.Empty<string>(),
    ];
}

using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Sizes;

namespace SuParDsl.Lab.Data;

/// <summary>Text for a language model: windows of tokens, where the target of each token is the next one.</summary>
/// <param name="vocabulary">The name of the property with the number of different tokens, which follows from the text.</param>
/// <param name="context">The name of the property with the longest window of tokens.</param>
public sealed class TextData(string vocabulary, string context) : IDataSource
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Sizes => [vocabulary];

    /// <inheritdoc/>
    public string Help =>
        "text, JSON Lines or Parquet files (a file, a folder, or a pattern like 'data/*.parquet'), or a folder with nanoGPT's "
        + "train.bin and val.bin (or llm.c's, NumPy's or Megatron's); several are mixed by weight: a.jsonl:0.7,b.txt:0.3; "
        + "without it the .NET SDK's own documentation";

    /// <inheritdoc/>
    public OpenData Open(DataRequest request)
    {
        var window = request.Size(context);
        var corpus = Corpus.Open(request.Path, ReferenceText.DefaultCache(), request.Tokenizer, request.Progress);
        try
        {
            corpus.RequireContext(window);
            return new(
                corpus.Name,
                corpus.Tokenizer.Unit,
                (rows, seed, step) => Windows.Random(corpus.Train, rows, window, seed, step).ToTensors(),
                (rows, count) => Windows.Spread(corpus.Validation, rows, window, count).Select(static batch => batch.ToTensors()))
            {
                TrainingCount = corpus.Train.Length,
                ValidationCount = corpus.Validation.Length,
                Sizes = new Dictionary<string, int> { [vocabulary] = corpus.Tokenizer.Size },
                Fingerprint = corpus.Fingerprint(),
                Tokenizer = corpus.Tokenizer,
                Close = corpus.Dispose,
            };
        }
        catch
        {
            corpus.Dispose();
            throw;
        }
    }

    /// <summary>A model as one that takes windows of tokens and returns logits.</summary>
    /// <exception cref="UserException">The model takes or returns several tensors.</exception>
    internal static Model Language(IModel model) => model as Model ?? throw new UserException(
        "only a model of one tensor, which returns one, generates and scores text: "
        + $"{model.GetName()} {(model.InputNames.Length == 1 ? "returns" : "takes")} several"
        + (model.InputNames.Length == 1 ? string.Empty : $" ({string.Join(", ", model.InputNames)})"));

    /// <summary>The vocabulary size of a model.</summary>
    internal int Vocabulary<TModel, TSize>(TSize size)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class => TModel.Sizes.Int(size, vocabulary);

    /// <summary>The longest window of a model.</summary>
    internal int Context<TModel, TSize>(TSize size)
        where TModel : torch.nn.Module, IModel<TModel, TSize>
        where TSize : class => TModel.Sizes.Int(size, context);
}

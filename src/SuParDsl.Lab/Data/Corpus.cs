using SuParDsl.Lab.Data.Documents;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>The tokens that a language model trains on.</summary>
/// <param name="Name">A description of the text for messages.</param>
/// <param name="Tokenizer">The tokenizer that the tokens belong to.</param>
/// <param name="Train">The training tokens.</param>
/// <param name="Validation">The validation tokens.</param>
internal sealed record Corpus(string Name, Tokenizer Tokenizer, TokenSource Train, TokenSource Validation) : IDisposable
{
    /// <summary>
    /// Opens the data that <c>--data</c> names: text files, JSON Lines or Parquet, folders and patterns of them, folders of token
    /// files, or several of these. Without the option, the data are the SDK's documentation.
    /// </summary>
    /// <param name="data">The value of <c>--data</c>.</param>
    /// <param name="cache">The cache folder for the SDK's documentation.</param>
    /// <param name="tokenizer">The tokenizer options.</param>
    /// <param name="progress">Receives the name of a long operation and the fraction of it that is done.</param>
    /// <exception cref="UserException">The data cannot be used; the message says why.</exception>
    public static Corpus Open(string? data, string cache, TokenizerChoice tokenizer, Action<string, double>? progress = null)
    {
        if (data is null)
        {
            tokenizer.RequireForText();
            var (name, train, validation) = ReferenceText.Load(cache);
            return TextCorpus.Of(name, train, validation, tokenizer, progress);
        }

        var parts = DataPart.Parse(data);
        if (parts.Count > 1 || parts[0].Weight is not null)
        {
            return Mixture.Open(parts, tokenizer, progress);
        }

        if (Directory.Exists(data) && (BinCorpus.IsIn(data) || !DocumentSet.InFolder(data).Any()))
        {
            return BinCorpus.Open(data, tokenizer, progress);
        }

        var set = DocumentSet.Of(data);
        return set is { Pool: var pool, Training.Count: 0 }
            && pool.All(static file => file is { Kind: DocumentKind.Text, IsCompressed: false })
            ? TextCorpus.Read(data, [.. pool.Select(static file => file.Path)], tokenizer, progress)
            : DocumentCorpus.Of(set, DocumentCorpus.Tokenizer([set], tokenizer, progress), tokenizer, progress);
    }

    /// <summary>Verifies that both parts hold at least one window of the given length and the token after it.</summary>
    /// <exception cref="UserException">A part is too short.</exception>
    public void RequireContext(int context)
    {
        foreach (var (part, tokens) in new[] { ("training", Train), ("validation", Validation) })
        {
            // Every training part is drawn from. A short validation part of a mixture has no windows.
            var shortest = part == "training"
                ? tokens.Parts.Min(static one => one.Tokens.Length)
                : tokens.Parts.Max(static one => one.Tokens.Length);
            if (shortest <= context)
            {
                throw new UserException(
                    $"the {part} part of {Name} has {shortest} {Tokenizer.Unit}s, too few for a context of {context}: "
                    + $"it needs at least {context + 1}");
            }
        }
    }

    /// <summary>
    /// A fingerprint that distinguishes the text from others: its name, its length and a hash of some of its tokens.
    /// </summary>
    public string Fingerprint()
    {
        const int Pieces = 256, Length = 64;
        var window = new long[Math.Min(Length, Train.Length)];
        var read = Enumerable.Range(0, Pieces).SelectMany(piece =>
        {
            Train.Read((Train.Length - window.Length) * piece / (Pieces - 1), window);
            return window.Select(static id => (ulong)id);
        });
        return Fingerprints.Line(Name, Train.Length, Validation.Length, Tokenizer.Unit, Fingerprints.Of(read));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
    }
}

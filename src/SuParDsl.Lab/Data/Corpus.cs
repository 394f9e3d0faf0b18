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
    /// Opens the data that <c>--data</c> names: a text file, or a folder of texts or of nanoGPT's binary files. Without the
    /// option, the data are the SDK's documentation.
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

        if (Directory.Exists(data))
        {
            return TextCorpus.Files(data) is { Count: > 0 } files && !BinCorpus.IsIn(data)
                ? TextCorpus.Read(data, files, tokenizer, progress)
                : BinCorpus.Open(data, tokenizer, progress);
        }

        return File.Exists(data)
            ? TextCorpus.Read(data, [data], tokenizer, progress)
            : throw new UserException(
                $"--data {data} does not exist: it must be a UTF-8 text file, a folder of .txt files, "
                + "or a folder with train.bin and val.bin");
    }

    /// <summary>Verifies that both parts hold at least one window of the given length and the token after it.</summary>
    /// <exception cref="UserException">A part is too short.</exception>
    public void RequireContext(int context)
    {
        foreach (var (part, tokens) in new[] { ("training", Train), ("validation", Validation) })
        {
            if (tokens.Length <= context)
            {
                throw new UserException(
                    $"the {part} part of {Name} has {tokens.Length} {Tokenizer.Unit}s, too few for a context of {context}: "
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

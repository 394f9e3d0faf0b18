using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>What a language model trains on.</summary>
/// <param name="Name">What the text is, for people.</param>
/// <param name="Tokenizer">How its tokens read.</param>
/// <param name="Train">The tokens to train on.</param>
/// <param name="Validation">The tokens to measure on.</param>
internal sealed record Corpus(string Name, Tokenizer Tokenizer, TokenSource Train, TokenSource Validation) : IDisposable
{
    /// <summary>
    /// Opens what <c>--data</c> names: nothing (the SDK's documentation), a text file, or a folder of texts or of nanoGPT's
    /// binary files.
    /// </summary>
    /// <param name="data">What <c>--data</c> names.</param>
    /// <param name="cache">The folder for the SDK's documentation.</param>
    /// <param name="tokenizer">How text becomes tokens.</param>
    /// <param name="progress">Is told what is done that may take long, and which share of it.</param>
    /// <exception cref="UserException">It cannot be used; the message says why.</exception>
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
                $"--data {data} does not exist: it must be a UTF-8 text file, a folder of .txt files, or a folder with train.bin and val.bin");
    }

    /// <summary>Makes sure that both parts hold a window of the given length and its next token.</summary>
    /// <exception cref="UserException">One is too short.</exception>
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

    /// <summary>What the text is, so that another one is told apart: its name, length and some of its tokens.</summary>
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

using SuParDsl.Lab.Runs;

namespace SuParDsl.Lab.Data;

/// <summary>What a language model trains on.</summary>
/// <param name="Name">What the text is, for people.</param>
/// <param name="Tokenizer">How its tokens read.</param>
/// <param name="Train">The tokens to train on.</param>
/// <param name="Validation">The tokens to measure on.</param>
internal sealed record Corpus(string Name, Tokenizer Tokenizer, TokenSource Train, TokenSource Validation) : IDisposable
{
    /// <summary>Opens what <c>--data</c> names: nothing (the SDK's documentation), a text file, or a folder of nanoGPT's binary files.</summary>
    /// <exception cref="UserException">It cannot be used; the message says why.</exception>
    public static Corpus Open(string? data, string cache)
    {
        if (data is null)
        {
            var (name, train, validation) = ReferenceText.Load(cache);
            return TextCorpus.Of(name, train, validation);
        }

        if (Directory.Exists(data))
        {
            return BinCorpus.Open(data);
        }

        return File.Exists(data)
            ? TextCorpus.Read(data)
            : throw new UserException($"--data {data} does not exist: it must be a UTF-8 text file, or a folder with train.bin and val.bin");
    }

    /// <summary>Makes sure that both parts hold a window of the given length and its next token.</summary>
    /// <exception cref="UserException">One is too short.</exception>
    public void RequireContext(int context)
    {
        foreach (var (part, tokens) in new[] { ("training", Train), ("validation", Validation) })
        {
            if (tokens.Length <= context)
            {
                throw new UserException($"the {part} part of {Name} has {tokens.Length} {Tokenizer.Unit}s, too few for a context of {context}: it needs at least {context + 1}");
            }
        }
    }

    /// <summary>What a run's folder says about it.</summary>
    /// <param name="path">What <c>--data</c> named.</param>
    public RunData Describe(string? path) => new(Name, path, Train.Length, Validation.Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
    }
}

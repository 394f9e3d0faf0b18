using System.Globalization;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>How text becomes tokens.</summary>
internal enum TokenizerKind
{
    /// <summary>What suits the data: characters of text, the ids of binary files as they are.</summary>
    Default,

    /// <summary>A token a character.</summary>
    Character,

    /// <summary>A token a byte of UTF-8.</summary>
    Byte,

    /// <summary>Byte pairs.</summary>
    Bpe,
}

/// <summary>A tokenizer as a command line asks for it.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Path">The folder with the byte pairs' vocab.json and merges.txt; null where they are learned from the text.</param>
/// <param name="Vocabulary">The number of tokens to learn.</param>
internal sealed record TokenizerChoice(TokenizerKind Kind, string? Path, int Vocabulary)
{
    /// <summary>How many byte pairs are learned unless said otherwise.</summary>
    public const int DefaultVocabulary = 1024;

    /// <summary>The fewest byte pairs: the bytes and one pair.</summary>
    public const int FewestPairs = 257;

    /// <summary>What is said of token ids in files, and of the number of tokens.</summary>
    public TokenIdChoice Ids { get; init; } = new();

    /// <summary>What suits the data.</summary>
    public static TokenizerChoice Default { get; } = new(TokenizerKind.Default, null, DefaultVocabulary);

    /// <summary>As a command line names it.</summary>
    public override string ToString() => Kind.ToString().ToLowerInvariant() + (Path is null ? string.Empty : ":" + Path);

    /// <summary>Makes sure that nothing is said which has no meaning for text.</summary>
    /// <exception cref="UserException">Something is.</exception>
    public void RequireForText()
    {
        if (Ids.Type is { } type)
        {
            throw new UserException(
                $"--token-type {type.Option()} says how files write token ids, but the data are text: leave it out, or give --data FOLDER with train.bin and val.bin");
        }

        if (Ids.Vocabulary is not { } count)
        {
            return;
        }

        var shown = count.ToString(CultureInfo.InvariantCulture);
        if (count < FewestPairs)
        {
            throw new UserException(
                $"--vocabulary is '{shown}': it must be a whole number from {FewestPairs} to {int.MaxValue} where text becomes byte pairs, the 256 bytes among them");
        }

        if (Kind != TokenizerKind.Bpe)
        {
            throw new UserException(
                $"--vocabulary {shown} is how many tokens --tokenizer bpe learns: give that, too; or a folder of token ids, of which it is the number");
        }
    }

    /// <summary>The tokenizer for some texts.</summary>
    /// <param name="train">The text to learn from.</param>
    /// <param name="validation">A text that must be readable, too.</param>
    /// <param name="progress">Is told how far learning byte pairs is.</param>
    /// <exception cref="UserException">Its files are damaged.</exception>
    public Tokenizer For(string train, string validation, Action<string, double>? progress = null) => Kind switch
    {
        TokenizerKind.Byte => new ByteTokenizer(256),
        TokenizerKind.Bpe when Path is not null => BytePairFiles.Read(Path).PaddedTo(Ids.Vocabulary),
        TokenizerKind.Bpe => BytePairLearner.Learn(train, Vocabulary, share => progress?.Invoke("learning byte pairs", share)),
        _ => CharacterTokenizer.Of(train, validation),
    };
}

using SuParDsl.Lab.Data.BytePairs;

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

    /// <summary>What suits the data.</summary>
    public static TokenizerChoice Default { get; } = new(TokenizerKind.Default, null, DefaultVocabulary);

    /// <summary>As a command line names it.</summary>
    public override string ToString() => Kind.ToString().ToLowerInvariant() + (Path is null ? string.Empty : ":" + Path);

    /// <summary>The tokenizer for some texts.</summary>
    /// <param name="train">The text to learn from.</param>
    /// <param name="validation">A text that must be readable, too.</param>
    /// <exception cref="UserException">Its files are damaged.</exception>
    public Tokenizer For(string train, string validation) => Kind switch
    {
        TokenizerKind.Byte => new ByteTokenizer(256),
        TokenizerKind.Bpe when Path is not null => BytePairFiles.Read(Path),
        TokenizerKind.Bpe => BytePairLearner.Learn(train, Vocabulary),
        _ => CharacterTokenizer.Of(train, validation),
    };
}

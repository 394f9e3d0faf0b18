using System.Globalization;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Pretrained;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data;

/// <summary>The kinds of tokenizers.</summary>
internal enum TokenizerKind
{
    /// <summary>The default of the data: characters for text, and the ids themselves for binary files.</summary>
    Default,

    /// <summary>One token for each character.</summary>
    Character,

    /// <summary>One token for each byte of UTF-8.</summary>
    Byte,

    /// <summary>Byte pairs.</summary>
    Bpe,

    /// <summary>Another program's tokenizer, which a file describes.</summary>
    File,
}

/// <summary>The tokenizer options of a command line.</summary>
/// <param name="Kind">The kind of tokenizer.</param>
/// <param name="Path">
/// The folder with the byte pairs' vocab.json and merges.txt, or the file of another program's tokenizer; null to make the
/// tokenizer from the text.
/// </param>
/// <param name="Vocabulary">The number of tokens to learn.</param>
internal sealed record TokenizerChoice(TokenizerKind Kind, string? Path, int Vocabulary)
{
    /// <summary>The default number of byte-pair tokens to learn.</summary>
    public const int DefaultVocabulary = 1024;

    /// <summary>The smallest number of byte-pair tokens: the bytes and one pair.</summary>
    public const int FewestPairs = 257;

    /// <summary>The default of <see cref="Field"/>.</summary>
    public const string DefaultField = "text";

    /// <summary>The options for token ids in files, and the number of tokens.</summary>
    public TokenIdChoice Ids { get; init; } = new();

    /// <summary>
    /// The tokenizer of weights that are trained on, which their data must have as well; null if there is none.
    /// </summary>
    public Tokenizer? Existing { get; init; }

    /// <summary>The field of JSON Lines, or the column of Parquet files, that holds the documents.</summary>
    public string Field { get; init; } = DefaultField;

    /// <summary>The default tokenizer of the data.</summary>
    public static TokenizerChoice Default { get; } = new(TokenizerKind.Default, null, DefaultVocabulary);

    /// <summary>The name of the tokenizer on a command line.</summary>
    public override string ToString() => Kind.ToString().ToLowerInvariant() + (Path is null ? string.Empty : ":" + Path);

    /// <summary>Verifies that no option is given that applies to token ids only.</summary>
    /// <exception cref="UserException">Such an option is given.</exception>
    public void RequireForText()
    {
        if (Ids.Type is { } type)
        {
            throw new UserException(
                $"--token-type {type.Option()} is for files of token ids, but the data are text: "
                + "leave it out, or give --data FOLDER with train.bin and val.bin");
        }

        if (Ids.Vocabulary is not { } count)
        {
            return;
        }

        var shown = count.ToString(CultureInfo.InvariantCulture);
        if (count < FewestPairs)
        {
            throw new UserException(
                $"--vocabulary is '{shown}': "
                + $"it must be a whole number from {FewestPairs} to {int.MaxValue} for byte pairs, which include the 256 bytes");
        }

        if (Kind != TokenizerKind.Bpe)
        {
            throw new UserException(
                $"--vocabulary {shown} applies to byte pairs and token ids only: "
                + "add --tokenizer bpe, or give --data a folder of token ids");
        }
    }

    /// <summary>Creates the tokenizer for some texts.</summary>
    /// <param name="train">The text to learn from.</param>
    /// <param name="validation">A text whose characters must also be in the vocabulary.</param>
    /// <param name="progress">Receives the progress of learning byte pairs.</param>
    /// <exception cref="UserException">Its files are damaged.</exception>
    public Tokenizer For(string train, string validation, Action<string, double>? progress = null) => Kind switch
    {
        _ when Existing is not null => ExistingFor(),
        TokenizerKind.Byte => new ByteTokenizer(256),
        TokenizerKind.File when Ids.Vocabulary is { } count => throw new UserException(
            $"--vocabulary {count} applies to byte pairs and token ids only: "
            + $"leave it out, as {Path} says how many tokens there are"),
        TokenizerKind.File => FileTokenizer.Read(Path!),
        TokenizerKind.Bpe when Path is not null => BytePairFiles.Read(Path).PaddedTo(Ids.Vocabulary),
        TokenizerKind.Bpe =>
            BytePairLearner.Learn(train, Vocabulary, fraction => progress?.Invoke("learning byte pairs", fraction)),
        _ => CharacterTokenizer.Of(train, validation),
    };

    /// <summary>
    /// The tokenizer of weights that are trained on. If only the number of its tokens is known, <c>--tokenizer bpe:FOLDER</c>
    /// or <c>file:FILE</c> names it.
    /// </summary>
    /// <exception cref="UserException">Another tokenizer is named, or none is known.</exception>
    public Tokenizer ExistingFor(bool ofIds = false) => (Existing, Kind) switch
    {
        (not IdTokenizer, not TokenizerKind.Default) => throw new UserException(
            $"--tokenizer is {this}, but the weights of --from have a tokenizer of {Existing!.Size} {Existing.Unit}s: "
                + "leave it out"),
        (IdTokenizer { Size: var size }, TokenizerKind.Bpe or TokenizerKind.File) when Path is not null =>
            (Kind == TokenizerKind.Bpe ? (Tokenizer)BytePairFiles.Read(Path) : FileTokenizer.Read(Path)) is var named
            && named.Size <= size
            ? TokenizerFiles.Padded(named, size)
            : throw new UserException($"--tokenizer {this} has {named.Size} tokens, but the weights of --from have only {size}"),
        (IdTokenizer, _) when !ofIds => throw new UserException(
            "the weights of --from came without a tokenizer that the lab reads: give --data a folder of token ids, or "
                + "add --tokenizer bpe:FOLDER or file:FILE"),
        _ => Existing!,
    };
}

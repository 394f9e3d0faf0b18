using System.Globalization;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>Byte-pair encoding as in GPT-2: tokens are bytes and repeated merges of the most frequent neighbours.</summary>
internal sealed record BytePairTokenizer : Tokenizer
{
    private const string EndToken = "<|endoftext|>";

    private readonly BytePairEncoder encoder;

    /// <param name="tokens">Every token in <see cref="ByteLetters"/>, in the order of the ids.</param>
    /// <param name="merges">The merges in the order in which they were learned: two tokens with a space between.</param>
    public BytePairTokenizer(IReadOnlyList<string> tokens, IReadOnlyList<string> merges)
    {
        (Tokens, Merges) = (tokens, merges);
        var ids = tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        encoder = new(ids, merges);
        EndOfText = ids.TryGetValue(EndToken, out var end) ? end : null;
        Start = EndOfText ?? ids[ByteLetters.Spell("\n")];
    }

    /// <summary>Every token in <see cref="ByteLetters"/>, in the order of the ids.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The merges in the order in which they were learned.</summary>
    public IReadOnlyList<string> Merges { get; }

    /// <inheritdoc/>
    public override int Size => Tokens.Count;

    /// <inheritdoc/>
    public override string Unit => "token";

    /// <inheritdoc/>
    public override int Start { get; }

    /// <inheritdoc/>
    public override int? EndOfText { get; }

    /// <inheritdoc/>
    public override bool IsLike(Tokenizer other) =>
        other is BytePairTokenizer pairs && Tokens.SequenceEqual(pairs.Tokens) && Merges.SequenceEqual(pairs.Merges);

    /// <summary>The same byte pairs with one more token, <c>&lt;|endoftext|&gt;</c>, which no text is encoded to.</summary>
    public BytePairTokenizer WithEndOfText() => new([.. Tokens, EndToken], Merges);

    /// <summary>The same byte pairs, padded to a number of tokens with tokens that no text is encoded to.</summary>
    /// <param name="size">The number of tokens; null for no padding.</param>
    /// <exception cref="UserException">There are more tokens already.</exception>
    public BytePairTokenizer PaddedTo(int? size) => size is not { } count || count == Size
        ? this
        : count > Size
            ? new(
                [.. Tokens, .. Enumerable.Range(Size, count - Size)
                    .Select(static id => string.Create(CultureInfo.InvariantCulture, $"<|padding{id}|>"))],
                Merges)
            : throw new UserException(
                $"--vocabulary is {count}, but there are {Size} byte pairs: "
                + $"give {Size} or more, or leave it out");

    /// <inheritdoc/>
    public override int[] Encode(string text) => encoder.Encode(text);

    /// <summary>Text to token ids.</summary>
    /// <param name="text">The text.</param>
    /// <param name="progress">Receives the fraction of the text that is done.</param>
    public int[] Encode(string text, Action<double>? progress) => encoder.Encode(text, progress);

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids) => ByteLetters.Read(ids.SelectMany(id => Tokens[id]));
}

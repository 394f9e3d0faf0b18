using System.Globalization;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>Byte pairs as in GPT-2: bytes, of which the commonest neighbours were merged to tokens, again and again.</summary>
internal sealed record BytePairTokenizer : Tokenizer
{
    private const string EndOfText = "<|endoftext|>";

    private readonly BytePairEncoder encoder;

    /// <param name="tokens">Every token in <see cref="ByteLetters"/>, in the order of the ids.</param>
    /// <param name="merges">The merges, the first made first: two tokens with a space between.</param>
    public BytePairTokenizer(IReadOnlyList<string> tokens, IReadOnlyList<string> merges)
    {
        (Tokens, Merges) = (tokens, merges);
        var ids = tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        encoder = new(ids, merges);
        Start = ids.TryGetValue(EndOfText, out var end) ? end : ids[ByteLetters.Spell("\n")];
    }

    /// <summary>Every token in <see cref="ByteLetters"/>, in the order of the ids.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The merges, the first made first.</summary>
    public IReadOnlyList<string> Merges { get; }

    /// <inheritdoc/>
    public override int Size => Tokens.Count;

    /// <inheritdoc/>
    public override string Unit => "token";

    /// <inheritdoc/>
    public override int Start { get; }

    /// <summary>The same byte pairs with so many tokens that no text has added that there are <paramref name="size"/>.</summary>
    public BytePairTokenizer PaddedTo(int size) => new(
        [.. Tokens, .. Enumerable.Range(Size, size - Size).Select(static id => string.Create(CultureInfo.InvariantCulture, $"<|padding{id}|>"))],
        Merges);

    /// <inheritdoc/>
    public override int[] Encode(string text) => encoder.Encode(text);

    /// <summary>Text to token ids.</summary>
    /// <param name="text">The text.</param>
    /// <param name="progress">Is told which share of the text is done.</param>
    public int[] Encode(string text, Action<double>? progress) => encoder.Encode(text, progress);

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids) => ByteLetters.Read(ids.SelectMany(id => Tokens[id]));
}

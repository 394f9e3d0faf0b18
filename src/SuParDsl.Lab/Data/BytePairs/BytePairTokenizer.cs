using Microsoft.ML.Tokenizers;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>Byte pairs as in GPT-2: bytes, of which the commonest neighbours were merged to tokens, again and again.</summary>
internal sealed record BytePairTokenizer : Tokenizer
{
    private const string EndOfText = "<|endoftext|>";

    private readonly BpeTokenizer encoder;

    /// <param name="tokens">Every token in <see cref="ByteLetters"/>, in the order of the ids.</param>
    /// <param name="merges">The merges, the first made first: two tokens with a space between.</param>
    public BytePairTokenizer(IReadOnlyList<string> tokens, IReadOnlyList<string> merges)
    {
        (Tokens, Merges) = (tokens, merges);
        encoder = BpeTokenizer.Create(new BpeOptions(tokens.Select(static (token, id) => KeyValuePair.Create(token, id)))
        {
            Merges = merges,
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(ByteLetters.Words(), specialTokens: null),
        });
        Start = encoder.Vocabulary.TryGetValue(EndOfText, out var end) ? end : encoder.Vocabulary[ByteLetters.Spell("\n")];
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

    /// <inheritdoc/>
    public override int[] Encode(string text) => [.. encoder.EncodeToIds(text)];

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids) => ByteLetters.Read(ids.SelectMany(id => Tokens[id]));
}

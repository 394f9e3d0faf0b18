using System.Text;
using System.Text.Json.Serialization;

namespace SuParDsl.Lab.Data.Tokenizers;

/// <summary>A tokenizer with one token for each byte of UTF-8 text.</summary>
/// <param name="Count">The number of byte values in the vocabulary, at most 256.</param>
internal sealed record ByteTokenizer(int Count) : Tokenizer
{
    /// <summary>The number of byte values in the vocabulary.</summary>
    public int Count { get; } =
        Count is >= 1 and <= 256 ? Count : throw new UserException($"a vocabulary of {Count} bytes: it must be 1 to 256");

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Size => Count;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Unit => "byte";

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Start => Math.Min('\n', Count - 1);

    /// <inheritdoc/>
    [JsonIgnore]
    public override int? EndOfText => CharacterTokenizer.End < Count ? CharacterTokenizer.End : null;

    /// <inheritdoc/>
    public override bool IsLike(Tokenizer other) => other is ByteTokenizer;

    /// <inheritdoc/>
    public override int[] Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.All(value => value < Count)
            ? [.. bytes.Select(static value => (int)value)]
            : throw new UserException(
                $"the byte {bytes.First(value => value >= Count)} is not in the vocabulary, which is the bytes 0 to {Count - 1}");
    }

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids) => Encoding.UTF8.GetString([.. ids.Select(static id => (byte)id)]);
}

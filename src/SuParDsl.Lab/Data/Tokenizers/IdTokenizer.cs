using System.Globalization;
using System.Text.Json.Serialization;

namespace SuParDsl.Lab.Data.Tokenizers;

/// <summary>Token ids of an unknown tokenizer: the text is the ids themselves, separated by spaces.</summary>
/// <param name="Count">The number of ids.</param>
internal sealed record IdTokenizer(int Count) : Tokenizer
{
    /// <summary>The number of ids.</summary>
    public int Count { get; } =
        Count >= 1 ? Count : throw new UserException($"a vocabulary of {Count} token ids: it must be at least 1");

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Size => Count;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Unit => "token";

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Start => 0;

    /// <inheritdoc/>
    public override bool IsLike(Tokenizer other) => other is IdTokenizer;

    /// <inheritdoc/>
    public override int[] Encode(string text) =>
    [
        .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < Count
                ? id
                : throw new UserException(
                    $"'{word}' is not a token id: "
                    + $"the text of this run must be ids from 0 to {Count - 1}, separated by spaces")),
    ];

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids) =>
        string.Concat(ids.Select(static id => string.Create(CultureInfo.InvariantCulture, $"{id} ")));
}

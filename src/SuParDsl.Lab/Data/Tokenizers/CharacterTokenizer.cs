using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Serialization;

namespace SuParDsl.Lab.Data.Tokenizers;

/// <summary>
/// A tokenizer with one token for each character (Unicode scalar value). The vocabulary is the sorted set of a text's characters.
/// </summary>
internal sealed record CharacterTokenizer : Tokenizer
{
    /// <summary>The character that ends a document: U+0003, which Unicode names "end of text".</summary>
    public const char End = '\u0003';

    private readonly FrozenDictionary<Rune, int> ids;
    private readonly Rune[] runes;

    /// <param name="characters">Every character of the vocabulary, in the order of the ids.</param>
    /// <exception cref="UserException">A character is listed twice, or there is none.</exception>
    [JsonConstructor]
    public CharacterTokenizer(string characters)
    {
        Characters = characters;
        runes = [.. characters.EnumerateRunes()];
        if (runes.Length == 0 || runes.Distinct().Count() != runes.Length)
        {
            throw new UserException(
                $"a vocabulary of {runes.Length} characters, {runes.Distinct().Count()} of them different: "
                + "it must have at least one, and no duplicates");
        }

        ids = runes.Select(static (rune, id) => (rune, id)).ToFrozenDictionary(static pair => pair.rune, static pair => pair.id);
    }

    /// <summary>Every character of the vocabulary, in the order of the ids.</summary>
    public string Characters { get; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Size => runes.Length;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Unit => "character";

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Start => ids.GetValueOrDefault(new Rune('\n'));

    /// <inheritdoc/>
    [JsonIgnore]
    public override int? EndOfText => ids.TryGetValue(new Rune(End), out var end) ? end : null;

    /// <inheritdoc/>
    public override bool IsLike(Tokenizer other) => other is CharacterTokenizer characters && characters.Characters == Characters;

    /// <summary>The vocabulary of some texts.</summary>
    public static CharacterTokenizer Of(params IEnumerable<string> texts) =>
        new(string.Concat(texts.SelectMany(static text => text.EnumerateRunes()).Distinct().Order()));

    /// <inheritdoc/>
    public override int[] Encode(string text)
    {
        var encoded = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            encoded.Add(ids.TryGetValue(rune, out var id)
                ? id
                : throw new UserException(
                    $"the character '{Shown(rune)}' (U+{rune.Value:X4}) is not in the vocabulary, which is {Shown()}"));
        }

        return [.. encoded];
    }

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids) => string.Concat(ids.Select(id => runes[id]));

    private string Shown()
    {
        const int Most = 120;
        var shown = string.Concat(runes.Select(Shown));
        return shown.Length > Most ? shown[..Most] + "…" : shown;
    }

    private static string Shown(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => Rune.IsControl(rune) ? $"\\u{rune.Value:x4}" : rune.ToString(),
    };
}

using System.Globalization;
using System.Text;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// Merges pairs of characters. A character without a token becomes the tokens of its bytes, or the unknown token.
/// </summary>
internal sealed class PieceEncoder
{
    private const char Blank = '\u2581';
    private const int LongestKnown = 64, MostKnown = 1 << 17;

    private readonly string place;
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<BytePair, (int Rank, int Merged)> merges;
    private readonly int[]? bytes;
    private readonly int? unknown;
    private readonly bool isFused, splitsAtBlanks;
    private readonly Dictionary<string, int[]> known = [];

    /// <param name="place">The file, for messages.</param>
    /// <param name="ids">The tokens; those of bytes are <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</param>
    /// <param name="merges">The rank of each merge and the token that it makes.</param>
    /// <param name="isFused">Whether several unknown characters after each other are one unknown token.</param>
    /// <param name="unknown">The unknown token; null if there is none.</param>
    /// <param name="hasBytes">Whether unknown characters become their bytes.</param>
    /// <exception cref="UserException">A byte has no token.</exception>
    public PieceEncoder(
        string place, Dictionary<string, int> ids, Dictionary<BytePair, (int Rank, int Merged)> merges, bool isFused,
        string? unknown, bool hasBytes = true)
    {
        (this.place, this.ids, this.merges, this.isFused) = (place, ids, merges, isFused);
        this.unknown = unknown is not null && ids.TryGetValue(unknown, out var id) ? id : null;
        bytes = hasBytes ? ByteTokens(place, ids) : null;

        // A merge across the beginning of a word would need a token with a blank after another character.
        splitsAtBlanks = !ids.Keys.Any(static token => token.AsSpan().TrimStart(Blank).Contains(Blank));
    }

    /// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</summary>
    /// <exception cref="UserException">One is missing.</exception>
    public static int[] ByteTokens(string place, Dictionary<string, int> ids) =>
    [
        .. Enumerable.Range(0, 256).Select(value => ids.TryGetValue(ByteName(value), out var id) ? id : throw new UserException(
            $"{place} has byte fallback, but no token {ByteName(value)}: "
            + "it is damaged, or its bytes are written in another way")),
    ];

    /// <summary>Encodes a text whose spaces are blanks.</summary>
    public int[] Encode(string text)
    {
        lock (known)
        {
            var merger = new WordMerger(merges, isImmediate: true);
            List<int> encoded = [];
            for (var at = 0; at < text.Length;)
            {
                var length = splitsAtBlanks ? WordLength(text, at) : text.Length - at;
                var word = text.Substring(at, length);
                at += length;
                if (!known.TryGetValue(word, out var tokens))
                {
                    tokens = Word(word, merger);
                    if (length <= LongestKnown && known.Count < MostKnown)
                    {
                        known[word] = tokens;
                    }
                }

                encoded.AddRange(tokens);
            }

            return [.. isFused ? Fused(encoded) : encoded];
        }
    }

    /// <summary>A function that decodes ids.</summary>
    /// <param name="special">Tokens that stand for themselves.</param>
    /// <param name="dropsBlank">Whether a space at the beginning is dropped, because encoding adds one.</param>
    public Func<IReadOnlyList<int>, string> Decoder(IReadOnlyDictionary<string, int> special, bool dropsBlank) =>
        Decoder(ids.Concat(special), ids.Values.Concat(special.Values).Max() + 1, dropsBlank);

    /// <summary>A function that decodes ids.</summary>
    /// <param name="tokens">The tokens that are shown.</param>
    /// <param name="size">The number of ids.</param>
    /// <param name="dropsBlank">Whether a space at the beginning is dropped, because encoding adds one.</param>
    public static Func<IReadOnlyList<int>, string> Decoder(
        IEnumerable<KeyValuePair<string, int>> tokens, int size, bool dropsBlank)
    {
        var decoded = new byte[size][];
        foreach (var (token, id) in tokens)
        {
            decoded[id] = token is ['<', '0', 'x', _, _, '>']
                && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                    ? [value]
                    : Encoding.UTF8.GetBytes(token.Replace(Blank, ' '));
        }

        return given =>
        {
            var text = Encoding.UTF8.GetString([.. given.SelectMany(id => decoded[id] ?? [])]);
            return dropsBlank && text.StartsWith(' ') ? text[1..] : text;
        };
    }

    private static string ByteName(int value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    private static int WordLength(string text, int at)
    {
        var end = at;
        while (end < text.Length && text[end] == Blank)
        {
            end++;
        }

        var next = text.IndexOf(Blank, end);
        return (next < 0 ? text.Length : next) - at;
    }

    private int[] Word(string word, WordMerger merger)
    {
        List<int> encoded = [], symbols = [];
        foreach (var rune in word.EnumerateRunes())
        {
            if (ids.TryGetValue(rune.ToString(), out var id))
            {
                symbols.Add(id);
                continue;
            }

            Merge();
            if (bytes is not null)
            {
                encoded.AddRange(Encoding.UTF8.GetBytes(rune.ToString()).Select(value => bytes[value]));
            }
            else
            {
                encoded.Add(
                    unknown ?? throw new UserException($"{place} has no token for the character '{rune}' (U+{rune.Value:X4})"));
            }
        }

        Merge();
        return [.. encoded];

        void Merge()
        {
            if (symbols.Count > 0)
            {
                merger.Merge([.. symbols], encoded);
                symbols.Clear();
            }
        }
    }

    private IEnumerable<int> Fused(List<int> encoded) =>
        encoded.Where((id, i) => id != unknown || i == 0 || encoded[i - 1] != unknown);
}

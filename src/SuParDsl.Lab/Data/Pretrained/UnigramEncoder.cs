using System.Text;

namespace SuParDsl.Lab.Data.Pretrained;

/// <summary>
/// Finds the most probable pieces of a text (Kudo, 2018) as SentencePiece does: in single precision, and the first of equal ones.
/// A character without a piece becomes the tokens of its bytes, or the unknown token.
/// </summary>
internal sealed class UnigramEncoder
{
    // What an unknown character costs, relative to the least probable piece.
    private const float UnknownPenalty = 10;

    private readonly Dictionary<string, (int Id, float Score)> pieces;
    private readonly int unknown, longest;
    private readonly int[]? bytes;
    private readonly float unknownScore;

    /// <param name="pieces">The pieces with their log probabilities.</param>
    /// <param name="unknown">The unknown token.</param>
    /// <param name="bytes">The token of each byte; null without byte fallback.</param>
    public UnigramEncoder(Dictionary<string, (int Id, float Score)> pieces, int unknown, int[]? bytes)
    {
        (this.pieces, this.unknown, this.bytes) = (pieces, unknown, bytes);
        longest = pieces.Keys.Select(static piece => piece.Length).DefaultIfEmpty(1).Max();
        unknownScore = pieces.Values.Select(static piece => piece.Score).DefaultIfEmpty(0).Min() - UnknownPenalty;
    }

    /// <summary>Encodes a text whose spaces are blanks.</summary>
    public int[] Encode(string text)
    {
        var lookup = pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        var (best, from, ids) = (new float[text.Length + 1], new int[text.Length + 1], new int[text.Length + 1]);
        Array.Fill(from, -1);
        for (var at = 0; at < text.Length;)
        {
            _ = Rune.DecodeFromUtf16(text.AsSpan(at), out _, out var width);
            var hasOne = false;
            for (var length = 1; length <= Math.Min(longest, text.Length - at); length++)
            {
                if (lookup.TryGetValue(text.AsSpan(at, length), out var piece))
                {
                    hasOne |= length == width;
                    Offer(at, length, piece.Id, piece.Score);
                }
            }

            if (!hasOne)
            {
                Offer(at, width, unknown, unknownScore);
            }

            at += width;
        }

        List<int> encoded = [];
        for (var end = text.Length; end > 0; end = from[end])
        {
            if (ids[end] != unknown)
            {
                encoded.Add(ids[end]);
            }
            else if (bytes is not null)
            {
                encoded.AddRange(Encoding.UTF8.GetBytes(text[from[end]..end]).Reverse().Select(value => bytes[value]));
            }
            else if (encoded.Count == 0 || encoded[^1] != unknown)
            {
                encoded.Add(unknown); // unknown characters after each other are one token
            }
        }

        encoded.Reverse();
        return [.. encoded];

        void Offer(int at, int length, int id, float score)
        {
            var (end, total) = (at + length, best[at] + score);
            if (from[end] < 0 || total > best[end])
            {
                (best[end], from[end], ids[end]) = (total, at, id);
            }
        }
    }
}

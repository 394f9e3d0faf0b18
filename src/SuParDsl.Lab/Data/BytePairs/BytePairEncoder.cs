using System.Text;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>Encodes text by a list of merges, exactly as GPT-2 does, in O(n log n) for words of any length.</summary>
internal sealed class BytePairEncoder
{
    // Cache the tokens of words, so that a repeated word is merged once. Words beyond this length are not those of a language,
    // and the cache stops growing at this number of different words.
    private const int LongestKnown = 64, MostKnown = 1 << 17;

    private readonly int[] bytes;
    private readonly Dictionary<BytePair, (int Rank, int Merged)> merges = [];
    private readonly Func<string, IEnumerable<int>> words = WordSplitter.Words;
    private readonly IReadOnlyDictionary<string, int>? whole;
    private readonly bool isImmediate;
    private readonly Dictionary<string, int[]> known = [];

    /// <param name="ids">Every token in <see cref="ByteLetters"/>, with its id.</param>
    /// <param name="order">The merges in the order in which they were learned: two tokens with a space between.</param>
    public BytePairEncoder(IReadOnlyDictionary<string, int> ids, IReadOnlyList<string> order)
    {
        bytes = [.. Enumerable.Range(0, 256).Select(value => ids[ByteLetters.Of((byte)value).ToString()])];
        foreach (var (rank, merge) in order.Index())
        {
            var space = merge.IndexOf(' ', StringComparison.Ordinal);
            var (left, right) = (merge[..space], merge[(space + 1)..]);
            merges.TryAdd(new(ids[left], ids[right]), (rank, ids[left + right]));
        }
    }

    /// <summary>An encoder with merges in another form than GPT-2's.</summary>
    /// <param name="bytes">The token of each byte.</param>
    /// <param name="merges">
    /// The rank of each merge and the token that it makes; an earlier one goes first once it is possible.
    /// </param>
    /// <param name="words">Splits a text into words, and returns their lengths.</param>
    /// <param name="whole">
    /// Words in <see cref="ByteLetters"/> that are tokens whatever the merges make of them; null for none.
    /// </param>
    public BytePairEncoder(
        int[] bytes, Dictionary<BytePair, (int Rank, int Merged)> merges, Func<string, IEnumerable<int>> words,
        IReadOnlyDictionary<string, int>? whole) =>
        (this.bytes, this.merges, this.words, this.whole, isImmediate) = (bytes, merges, words, whole, true);

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="progress">Receives the fraction of the text that is done.</param>
    public int[] Encode(string text, Action<double>? progress = null) => Encode(text, progress, out _);

    /// <summary>The tokens of a text, and the number of operations on the queue of pairs that encoding took.</summary>
    internal int[] Encode(string text, Action<double>? progress, out long operations)
    {
        lock (known)
        {
            return EncodeAlone(text, progress, out operations);
        }
    }

    private int[] EncodeAlone(string text, Action<double>? progress, out long operations)
    {
        var merger = new WordMerger(merges, isImmediate);
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        var encoded = new List<int>(text.Length / 2);
        var symbols = Array.Empty<int>();
        var at = 0;
        foreach (var wordLength in words(text))
        {
            var word = text.AsSpan(at, wordLength);
            if (lookup.TryGetValue(word, out var tokens))
            {
                encoded.AddRange(tokens);
            }
            else
            {
                var first = encoded.Count;
                var start = at;
                if (whole is not null && whole.TryGetValue(ByteLetters.Spell(word.ToString()), out var token))
                {
                    encoded.Add(token);
                }
                else
                {
                    merger.Merge(
                        Symbols(word, ref symbols), encoded,
                        progress is null
                            ? null
                            : rank => progress((start + ((double)rank / merges.Count * wordLength)) / text.Length));
                }

                if (word.Length <= LongestKnown && known.Count < MostKnown)
                {
                    lookup[word] = [.. encoded.Skip(first)];
                }
            }

            at += word.Length;
            progress?.Invoke((double)at / text.Length);
        }

        operations = merger.Operations;
        return [.. encoded];
    }

    private ReadOnlySpan<int> Symbols(ReadOnlySpan<char> word, ref int[] symbols)
    {
        var utf8 = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, utf8);
        Array.Resize(ref symbols, Math.Max(symbols.Length, utf8.Length));
        for (var i = 0; i < utf8.Length; i++)
        {
            symbols[i] = bytes[utf8[i]];
        }

        return symbols.AsSpan(0, utf8.Length);
    }
}

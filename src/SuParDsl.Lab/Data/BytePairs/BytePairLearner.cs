using System.Text;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// Learns byte pairs from a text (Sennrich, Haddow and Birch, 2016, over bytes): the commonest pair of neighbours becomes a
/// token, until there are enough. The same text gives the same tokens.
/// </summary>
/// <remarks>
/// Every pair knows its count and its places, which a merge brings up to date where it changes something, and a queue finds the commonest:
/// n log n for a text of n bytes, whatever the lengths of its words.
/// </remarks>
internal sealed class BytePairLearner
{
    // A pair that stands once only would make a token of a single place.
    private const int Fewest = 2;

    private readonly List<string> tokens = [.. ByteLetters.InOrder.Select(static letter => letter.ToString())];
    private readonly Dictionary<string, int> ids;
    private readonly List<string> merges = [];
    private readonly HashSet<BytePair> merged = [];
    private readonly TokenChain chain;
    private readonly int[] weights;
    private readonly Dictionary<BytePair, Places> pairs = [];
    private readonly PriorityQueue<BytePair, (int Count, BytePair Pair)> queue = new(new CommonestFirst());

    private BytePairLearner(string text, Action<double>? progress)
    {
        ids = tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        (var symbols, weights) = Symbols(Count(text, progress));
        chain = new(symbols);
        for (var place = 0; place < symbols.Length; place++)
        {
            Add(place);
        }

        Enqueue(pairs.Keys);
    }

    /// <summary>How many places of pairs were visited, and pairs put into the queue and taken out of it.</summary>
    private long Operations { get; set; }

    /// <summary>The byte pairs of a text.</summary>
    /// <param name="text">What to learn from.</param>
    /// <param name="size">The number of tokens, from 257 on; fewer where no pair stands twice any more.</param>
    /// <param name="progress">Is told which share of the work is done.</param>
    public static BytePairTokenizer Learn(string text, int size, Action<double>? progress = null) => Learn(text, size, progress, out _);

    /// <summary>The byte pairs of a text, with the number of operations that they took.</summary>
    internal static BytePairTokenizer Learn(string text, int size, Action<double>? progress, out long operations)
    {
        // Counting words takes a part of the time that there is no telling beforehand; a tenth is right for prose.
        const double Counting = 0.1;
        var learner = new BytePairLearner(text, share => progress?.Invoke(Counting * share));
        var first = learner.tokens.Count;
        while (learner.tokens.Count < size && learner.Commonest() is { } pair)
        {
            learner.Merge(pair);
            progress?.Invoke(Counting + ((1 - Counting) * (learner.tokens.Count - first) / (size - first)));
        }

        operations = learner.Operations;
        return new(learner.tokens, learner.merges);
    }

    /// <summary>The different words in a row, and for every place how often its word stands in the text.</summary>
    private (int[] Symbols, int[] Weights) Symbols(Dictionary<string, int> words)
    {
        int[] bytes = [.. Enumerable.Range(0, 256).Select(value => ids[ByteLetters.Of((byte)value).ToString()])];
        var length = words.Keys.Sum(static word => Encoding.UTF8.GetByteCount(word) + 1) + 1;
        var (symbols, counts) = (new int[length], new int[length]);
        symbols[0] = TokenChain.None;
        var at = 1;
        foreach (var (word, count) in words)
        {
            foreach (var value in Encoding.UTF8.GetBytes(word))
            {
                (symbols[at], counts[at]) = (bytes[value], count);
                at++;
            }

            symbols[at++] = TokenChain.None;
        }

        return (symbols, counts);
    }

    private BytePair? Commonest()
    {
        while (queue.TryDequeue(out var pair, out var entry))
        {
            Operations++;
            var count = pairs.TryGetValue(pair, out var places) ? places.Count : 0;
            if (count == entry.Count)
            {
                return pair;
            }

            // Pairs become rarer without a word to the queue; those that became commoner stand in it again.
            if (count >= Fewest && count < entry.Count)
            {
                queue.Enqueue(pair, (count, pair));
            }
        }

        return null;
    }

    private void Merge(BytePair pair)
    {
        var token = Token(tokens[pair.Left] + tokens[pair.Right]);
        if (merged.Add(pair))
        {
            merges.Add($"{tokens[pair.Left]} {tokens[pair.Right]}");
        }

        // From left to right: of three equal tokens the first two are merged.
        var places = pairs[pair].List;
        places.Sort();
        var changed = new HashSet<BytePair>();
        foreach (var place in places)
        {
            Operations++;
            if (PairAt(place) == pair)
            {
                var (before, after) = (chain.Previous(place), chain.Next(place));
                Remove(before);
                Remove(place);
                Remove(after);
                chain.Merge(place, token);
                Add(before, changed);
                Add(place, changed);
            }
        }

        Enqueue(changed);
    }

    // Two ways of merging can come to the same letters: one token.
    private int Token(string letters)
    {
        if (!ids.TryGetValue(letters, out var id))
        {
            id = ids[letters] = tokens.Count;
            tokens.Add(letters);
        }

        return id;
    }

    private BytePair? PairAt(int place) =>
        chain[place] != TokenChain.None && chain[chain.Next(place)] is not TokenChain.None and var right ? new(chain[place], right) : null;

    private void Add(int place, HashSet<BytePair>? changed = null)
    {
        if (PairAt(place) is { } pair)
        {
            if (!pairs.TryGetValue(pair, out var places))
            {
                places = pairs[pair] = new();
            }

            places.Count += weights[place];
            places.List.Add(place);
            changed?.Add(pair);
        }
    }

    private void Remove(int place)
    {
        if (PairAt(place) is { } pair && (pairs[pair].Count -= weights[place]) == 0)
        {
            pairs.Remove(pair);
        }
    }

    private void Enqueue(IEnumerable<BytePair> commoner)
    {
        var worth = (
            from pair in commoner
            let count = pairs.TryGetValue(pair, out var places) ? places.Count : 0
            where count >= Fewest
            select (pair, (count, pair))).ToList();
        Operations += worth.Count;
        queue.EnqueueRange(worth);
    }

    private static Dictionary<string, int> Count(string text, Action<double>? progress)
    {
        var words = new Dictionary<string, int>();
        var lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var at = 0; at < text.Length;)
        {
            var word = text.AsSpan(at, WordSplitter.FirstWord(text.AsSpan(at)));
            lookup[word] = lookup.TryGetValue(word, out var count) ? count + 1 : 1;
            at += word.Length;
            progress?.Invoke((double)at / text.Length);
        }

        return words;
    }

    /// <summary>Where a pair stands.</summary>
    private sealed class Places
    {
        /// <summary>How often it stands in the text.</summary>
        public int Count { get; set; }

        /// <summary>The places where it was found, of which some may have been merged since.</summary>
        public List<int> List { get; } = [];
    }

    // Of equally common pairs the one of the older tokens.
    private sealed class CommonestFirst : IComparer<(int Count, BytePair Pair)>
    {
        public int Compare((int Count, BytePair Pair) x, (int Count, BytePair Pair) y) =>
            x.Count != y.Count ? y.Count.CompareTo(x.Count) : x.Pair.CompareTo(y.Pair);
    }
}

using System.Text;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// Learns byte pairs from a text (Sennrich, Haddow and Birch, 2016, over bytes): the most frequent pair of neighbours becomes a
/// token, until there are enough tokens. The result is deterministic.
/// </summary>
/// <remarks>
/// The learner keeps the count and the positions of every pair. A merge updates only those that it changes, and a priority queue
/// finds the most frequent pair. This takes O(n log n) for a text of n bytes, whatever the lengths of its words.
/// </remarks>
internal sealed class BytePairLearner
{
    // A pair that occurs only once would make a token that is used once.
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

    /// <summary>The number of pair positions visited plus the number of queue operations.</summary>
    private long Operations { get; set; }

    /// <summary>Learns the byte pairs of a text.</summary>
    /// <param name="text">The text to learn from.</param>
    /// <param name="size">The number of tokens, at least 257. The result has fewer if no pair occurs twice any more.</param>
    /// <param name="progress">Receives the fraction of the work that is done.</param>
    public static BytePairTokenizer Learn(string text, int size, Action<double>? progress = null) =>
        Learn(text, size, progress, out _);

    /// <summary>Learns the byte pairs of a text, and counts the operations.</summary>
    internal static BytePairTokenizer Learn(string text, int size, Action<double>? progress, out long operations)
    {
        // The fraction of the time that counting words takes is unknown beforehand. A tenth is right for prose.
        const double Counting = 0.1;
        var learner = new BytePairLearner(text, fraction => progress?.Invoke(Counting * fraction));
        var first = learner.tokens.Count;
        while (learner.tokens.Count < size && learner.Commonest() is { } pair)
        {
            learner.Merge(pair);
            progress?.Invoke(Counting + ((1 - Counting) * (learner.tokens.Count - first) / (size - first)));
        }

        operations = learner.Operations;
        return new(learner.tokens, learner.merges);
    }

    /// <summary>The distinct words as one sequence, and for every position the frequency of its word in the text.</summary>
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

            // The queue is not updated when a pair becomes rarer, so that its entry may be outdated. A pair that became more
            // frequent has been enqueued again.
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

        // Merge from left to right, so that of three equal tokens the first two are merged.
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

    // Different merges can make the same letters, which are then one token.
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
        chain[place] != TokenChain.None && chain[chain.Next(place)] is not TokenChain.None and var right
            ? new(chain[place], right)
            : null;

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

    /// <summary>The occurrences of a pair.</summary>
    private sealed class Places
    {
        /// <summary>The number of occurrences in the text.</summary>
        public int Count { get; set; }

        /// <summary>The positions where the pair was found. Some may have been merged since.</summary>
        public List<int> List { get; } = [];
    }

    // Break ties by token id, so that the result is deterministic.
    private sealed class CommonestFirst : IComparer<(int Count, BytePair Pair)>
    {
        public int Compare((int Count, BytePair Pair) x, (int Count, BytePair Pair) y) =>
            x.Count != y.Count ? y.Count.CompareTo(x.Count) : x.Pair.CompareTo(y.Pair);
    }
}

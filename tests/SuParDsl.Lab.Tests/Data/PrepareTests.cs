using System.Globalization;
using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.BytePairs;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Tests.Hostile;

namespace SuParDsl.Lab.Tests.Data;

/// <summary>
/// The command <c>prepare</c>, and token files larger than memory. The resident memory belongs to the whole process, so nothing
/// runs beside them.
/// </summary>
[Collection(RandomNumbersAlone.Name)]
public sealed class PrepareTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("character")]
    [InlineData("byte")]
    [InlineData("bpe")]
    public void Prepared_tokens_are_those_of_the_documents(string tokenizer)
    {
        var data = Documents(40);
        var choice =
            TokenizerChoice.Default with { Kind = Enum.Parse<TokenizerKind>(tokenizer, ignoreCase: true), Vocabulary = 280 };
        string[] size = tokenizer == "bpe" ? ["--vocabulary", "280"] : [];
        Assert.Equal(0, CommandLine.Run(
            ["prepare", "--data", data, "--tokenizer", tokenizer, "--out", folder["tokens"], .. size]).Code);
        using var direct = Corpus.Open(data, string.Empty, choice);
        using var prepared = Corpus.Open(folder["tokens"], string.Empty, TokenizerChoice.Default);
        Assert.True(direct.Tokenizer.IsLike(prepared.Tokenizer));
        Assert.Equal(Ids(direct.Train), Ids(prepared.Train));
        Assert.Equal(Ids(direct.Validation), Ids(prepared.Validation));
        Assert.Contains("prepared", prepared.Name);
        Assert.Contains("has its tokenizer", Refusal(TokenizerChoice.Default with { Kind = TokenizerKind.Byte }));
    }

    [Fact]
    public void A_model_trains_and_samples_from_prepared_tokens()
    {
        Assert.Equal(0, CommandLine.Run("prepare", "--data", Documents(60), "--out", folder["tokens"]).Code);
        var (code, _, error) = CommandLine.Run(
            ["train", .. SmallText.Sizes, "--steps", "2", "--batch", "2", "--eval-batches", "1", "--threads", "1",
             "--data", folder["tokens"], "--out", folder["run"]]);
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal(0, CommandLine.Run("sample", folder["run"], "--prompt", "The cat", "--length", "5").Code);
    }

    [Fact]
    public void Nothing_is_left_of_a_refused_folder()
    {
        var data = folder.Write("mine.jsonl", "{\"text\": \"a\"}\n{\"text\": null}\n");
        var (code, _, error) = CommandLine.Run("prepare", "--data", data, "--tokenizer", "byte", "--out", folder["tokens"]);
        Assert.Equal(
            (2, $"error: {data}(2): the field 'text' is null; it must be a text, or a list of token ids\n"), (code, error));
        Assert.Equal(["mine.jsonl"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        folder.Write("there", string.Empty);
        Assert.Contains("already exists", CommandLine.Run("prepare", "--data", data, "--out", folder["there"]).Error);
        Assert.Contains("needs --out FOLDER", CommandLine.Run("prepare", "--data", data).Error);
        Assert.Contains("prepare each by itself", CommandLine.Run("prepare", "--data", data + ":2", "--out", folder["x"]).Error);
    }

    [Fact]
    public void A_vocabulary_pads_the_prepared_tokenizer_and_replaces_it_never()
    {
        Assert.Equal(0, CommandLine.Run(
            "prepare", "--data", Documents(40), "--tokenizer", "bpe", "--vocabulary", "280", "--out", folder["tokens"]).Code);
        using (var padded = Open(300))
        {
            Assert.Equal(300, Assert.IsType<BytePairTokenizer>(padded.Tokenizer).Size);
        }

        Assert.Contains(
            "--vocabulary is 200, but", Assert.Throws<UserException>(() => Open(200)).Message, StringComparison.Ordinal);

        Assert.Equal(0, CommandLine.Run("prepare", "--data", Documents(40), "--out", folder["letters"]).Code);
        Assert.Contains("leave it out, as the folder has its tokenizer", Assert.Throws<UserException>(() => Corpus.Open(
            folder["letters"], string.Empty, TokenizerChoice.Default with { Ids = new(null, 128) })).Message);

        Corpus Open(int count) => Corpus.Open(
            folder["tokens"], string.Empty, TokenizerChoice.Default with { Ids = new(null, count) });
    }

    [Fact]
    public void Damage_of_a_prepared_folder_is_named()
    {
        Assert.Equal(0, CommandLine.Run("prepare", "--data", Documents(40), "--out", folder["tokens"]).Code);
        var description = File.ReadAllText(folder["tokens/prepared.json"]);
        folder.Write(
            "tokens/prepared.json", description.Replace("\"vocabulary\": ", "\"vocabulary\": 9", StringComparison.Ordinal));
        Assert.Contains("the tokenizer in its folder has", Refusal());
        folder.Write(
            "tokens/prepared.json",
            description.Replace("\"trainingTokens\": ", "\"trainingTokens\": 9", StringComparison.Ordinal));
        Assert.Contains("and prepared.json says 9", Refusal());
        folder.Write("tokens/prepared.json", description);
        var bytes = File.ReadAllBytes(folder["tokens/train.npy"]);
        folder.Write("tokens/train.npy", [.. bytes[..128], .. Enumerable.Repeat((byte)0xFF, bytes.Length - 128)]);
        using var corpus = Corpus.Open(folder["tokens"], string.Empty, TokenizerChoice.Default);
        Assert.Contains("has the id 65535", Assert.Throws<UserException>(() => Ids(corpus.Train)).Message);
    }

    /// <summary>
    /// The file is sparse: it takes no room on the disk, and is as long as a real one for everyone who reads it.
    /// </summary>
    [Fact]
    public void A_token_file_of_4_GB_is_read_without_keeping_it()
    {
        const long Count = 1L << 31;
        Assert.Equal(0, CommandLine.Run("prepare", "--data", Documents(40), "--out", folder["tokens"]).Code);
        var description = File.ReadAllText(folder["tokens/prepared.json"]);
        using (var file = File.Create(folder["tokens/train.npy"]))
        {
            file.Write(NumpyWriter.Header(2, Count));
            file.SetLength(128 + (2 * Count));
        }

        var old = Prepared.Read(folder["tokens"]).TrainingTokens;
        folder.Write("tokens/prepared.json", description.Replace(
            $"\"trainingTokens\": {old}", $"\"trainingTokens\": {Count}", StringComparison.Ordinal));
        var before = FromFiles();
        using var corpus = Corpus.Open(folder["tokens"], string.Empty, TokenizerChoice.Default);
        Assert.Equal(Count, corpus.Train.Length);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 400; step++)
        {
            Assert.Equal(64 * 32, Windows.Random(corpus.Train, 32, 64, seed: 1, step).Inputs.Length);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 400L * 32 * 64 * 60);
        Assert.DoesNotContain(folder["tokens/train.npy"], File.ReadAllText("/proc/self/maps"));
        Assert.InRange(FromFiles() - before, long.MinValue, 64 << 10);
    }

    /// <summary>The part of this process's resident memory that belongs to files, in KiB.</summary>
    private static long FromFiles() => long.Parse(
        File.ReadLines("/proc/self/status").Single(static line => line.StartsWith("RssFile:", StringComparison.Ordinal))
            .Split(':')[1].Replace("kB", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static long[] Ids(TokenSource tokens)
    {
        var ids = new long[tokens.Length];
        tokens.Read(0, ids);
        return ids;
    }

    private string Documents(int count) => folder.Write(
        "documents.jsonl",
        string.Concat(
            SmallText.Sentences.Split('\n').Take(count).Select(static (line, i) => $"{{\"text\": \"{line} Number {i}.\"}}\n")));

    private string Refusal(TokenizerChoice? choice = null) => Assert.Throws<UserException>(
        () => Corpus.Open(folder["tokens"], string.Empty, choice ?? TokenizerChoice.Default)).Message;
}

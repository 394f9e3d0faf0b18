using System.Runtime.InteropServices;
using System.Text;
using SuParDsl.Lab.Data;
using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Tests.Data;

public sealed class DataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Documentation_becomes_prose()
    {
        const string Xml = """
            <doc><members><member name="T:A">
              <summary>Represents   text as a <see cref="T:System.String"/>, not <see langword="null"/>, with marks &amp; <paramref name="value"/>s
                of <see cref="M:System.Collections.Generic.List`1.Add(`0)"/> <para>and more</para>.</summary>
              <param name="x">Too short.</param>
              <remarks>__m256i _mm256_add_epi8 (__m256i a, __m256i b) is not prose, however long it is.</remarks>
              <returns>A fragment that goes on for long enough but does not end</returns>
            </member></members></doc>
            """;
        var paragraphs = DocumentationText.Paragraphs(new MemoryStream(Encoding.UTF8.GetBytes(Xml))).ToList();
        Assert.Equal(["Represents text as a String, not null, with marks & values of List.Add and more."], paragraphs);
    }

    [Theory]
    [InlineData("T:System.Collections.Generic.List`1", "List")]
    [InlineData("M:System.String.#ctor(System.Char[])", "String")]
    [InlineData("M:System.String.Concat(System.Object,System.Object)", "String.Concat")]
    [InlineData("P:System.String.Length", "String.Length")]
    [InlineData("N:System.Text", "System.Text")]
    [InlineData("", "")]
    public void References_have_short_names(string target, string expected) =>
        Assert.Equal(expected, DocumentationText.ShortName(target));

    [Fact]
    public void The_text_is_cached_and_repaired()
    {
        var pack = Pack();
        var first = ReferenceText.Load(pack, folder["cache"]);
        Assert.NotEmpty(first.Train);
        Assert.NotEmpty(first.Validation);
        Assert.Equal([string.Empty], first.Train.Split('\n').Intersect(first.Validation.Split('\n')));
        var train = Directory.GetFiles(folder["cache"], "train.txt", SearchOption.AllDirectories).Single();
        File.AppendAllText(train, "damage");
        Assert.Equal(first, ReferenceText.Load(pack, folder["cache"]));
        Assert.DoesNotContain("damage", File.ReadAllText(train));
    }

    [Fact]
    public void Characters_survive_a_round_trip()
    {
        var tokenizer = CharacterTokenizer.Of("banana", "né𝄞\n");
        Assert.Equal("\nabné𝄞", tokenizer.Characters);
        Assert.Equal("né𝄞ab", tokenizer.Decode(tokenizer.Encode("né𝄞ab")));
        Assert.Equal(0, tokenizer.Start);
        Assert.Contains("'x' (U+0078)", Assert.Throws<UserException>(() => tokenizer.Encode("ax")).Message);
    }

    [Fact]
    public void Binary_files_are_bytes_unless_something_says_otherwise()
    {
        Bin("train.bin", [72, 105, 33]);
        Bin("val.bin", [33, 10]);
        using (var corpus = Corpus.Open(folder.Path, string.Empty, TokenizerChoice.Default))
        {
            Assert.Equal(new ByteTokenizer(106), corpus.Tokenizer);
            Assert.Equal("Hi!", corpus.Tokenizer.Decode([72, 105, 33]));
            var read = new long[2];
            corpus.Train.Read(1, read);
            Assert.Equal([105L, 33L], read);
        }

        folder.Write("meta.pkl", "pickled");
        using (var corpus = Corpus.Open(folder.Path, string.Empty, TokenizerChoice.Default))
        {
            Assert.Equal(new IdTokenizer(106), corpus.Tokenizer);
            Assert.Equal("72 105 ", corpus.Tokenizer.Decode([72, 105]));
            Assert.Equal([72, 105], corpus.Tokenizer.Encode("72 105"));
            Assert.Throws<UserException>(() => corpus.Tokenizer.Encode("106"));
        }
    }

    [Fact]
    public void Large_ids_are_ids()
    {
        Bin("train.bin", [50256, 1]);
        Bin("val.bin", [3]);
        using var corpus = Corpus.Open(folder.Path, string.Empty, TokenizerChoice.Default);
        Assert.Equal(new IdTokenizer(50257), corpus.Tokenizer);
    }

    [Fact]
    public void Batches_are_the_same_for_the_same_seed_and_step_alone()
    {
        var tokens = new ArrayTokens([.. Enumerable.Range(0, 1000)]);
        var batch = Windows.Random(tokens, 8, 16, seed: 3, step: 5);
        Assert.Equal(batch.Inputs, Windows.Random(tokens, 8, 16, 3, 5).Inputs);
        Assert.NotEqual(batch.Inputs, Windows.Random(tokens, 8, 16, 3, 6).Inputs);
        Assert.NotEqual(batch.Inputs, Windows.Random(tokens, 8, 16, 4, 5).Inputs);
        Assert.Equal(batch.Inputs.Select(static id => id + 1), batch.Targets);
    }

    [Fact]
    public void Every_window_can_be_drawn()
    {
        var tokens = new ArrayTokens([0, 1, 2, 3]);
        var starts = Enumerable.Range(0, 200).SelectMany(step => Windows.Random(tokens, 1, 2, 1, step).Inputs.Take(1));
        Assert.Equal([0L, 1L], starts.Distinct().Order());
    }

    [Fact]
    public void Validation_windows_are_spread_and_do_not_overlap()
    {
        var tokens = new ArrayTokens([.. Enumerable.Range(0, 1001)]);
        var all = Windows.Spread(tokens, rows: 4, context: 10, count: 100).SelectMany(static b => b.Inputs).ToList();
        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => (long)i), all);
        var some = Windows.Spread(tokens, rows: 4, context: 10, count: 2).SelectMany(static b => b.Inputs).ToList();
        Assert.Equal(80, some.Distinct().Count());
        Assert.True(some.Max() > 850);
    }

    private static ReferencePack Pack()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var pack = ReferenceText.Find([root]) ?? ReferenceText.Find(["/usr/share/dotnet", "/usr/lib/dotnet"])!;
        return pack with { Files = [.. pack.Files.Where(static file => new FileInfo(file).Length is > 50_000 and < 300_000)] };
    }

    private void Bin(string name, ushort[] ids) => folder.Write(name, MemoryMarshal.AsBytes(ids.AsSpan()).ToArray());
}

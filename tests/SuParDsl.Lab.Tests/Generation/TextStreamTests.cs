using System.Text;
using SuParDsl.Lab.Data.Tokenizers;
using SuParDsl.Lab.Generation;

namespace SuParDsl.Lab.Tests.Generation;

public sealed class TextStreamTests
{
    private static readonly ByteTokenizer Bytes = new(256);

    [Fact]
    public void A_character_is_written_when_its_last_byte_has_come()
    {
        List<string> pieces = [];
        Stream(Ids("aé€😀z"), [], pieces.Add);
        Assert.Equal(["a", "é", "€", "😀", "z"], pieces.Where(static piece => piece.Length > 0));
    }

    [Fact]
    public void The_pieces_of_any_bytes_are_the_text_of_all()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            // Bytes of a few characters, with mistakes.
            var ids = Ids("é€😀ab").Select(id => random.Next(6) == 0 ? random.Next(256) : id)
                .Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(256))).ToArray();
            var text = new StringBuilder();
            Stream(ids, [], piece => text.Append(piece), Ids("日本"[..random.Next(3)]));
            Assert.Equal(Bytes.Decode(ids), text.ToString());
        }
    }

    [Theory]
    [InlineData("one END two", "one ")]
    [InlineData("one EN two E", "one EN two E")]
    [InlineData("a\n\nb END", "a")]
    [InlineData("xEEND", "xE")]
    [InlineData("END", "")]
    public void A_stop_text_ends_the_sample_and_is_not_written(string text, string expected)
    {
        var written = new StringBuilder();
        var read = Stream(Ids(text), ["END", "\n\n"], piece => written.Append(piece));
        Assert.Equal(expected, written.ToString());
        Assert.Equal(expected == text, read == text.Length && !text.EndsWith("END", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_what_may_begin_a_stop_text_is_held_back()
    {
        List<string> pieces = [];
        var stream = new TextStream(Bytes, Ids("\n"), ["aab"], pieces.Add);
        foreach (var id in Ids("xaaaay"))
        {
            Assert.True(stream.Add(id));
        }

        Assert.Equal(["x", "", "", "a", "a", "aay"], pieces);
    }

    [Fact]
    public void A_stop_text_within_one_token_leaves_what_is_before_it()
    {
        List<string> pieces = [];
        var stream = new TextStream(new IdTokenizer(200), [1], [" 7"], pieces.Add);
        Assert.True(stream.Add(12));
        Assert.False(stream.Add(7));
        stream.End();
        Assert.Equal("12", string.Concat(pieces));
    }

    private static int[] Ids(string text) => Bytes.Encode(text);

    // Returns the number of tokens until the sample stops.
    private static int Stream(int[] ids, string[] stops, Action<string> write, int[]? prompt = null)
    {
        var stream = new TextStream(Bytes, prompt ?? Ids("\n"), stops, write);
        var read = ids.TakeWhile(stream.Add).Count();
        stream.End();
        return read;
    }
}

using SuParDsl.Lab.Data.TokenFiles;
using SuParDsl.Lab.Data.Tokenizers;

namespace SuParDsl.Lab.Tests.Data;

public sealed class MixedTokensTests
{
    [Fact]
    public void Positions_beyond_two_thousand_million_are_read()
    {
        const long Long = 3_000_000_000;
        using var mixed = new MixedTokens([new(new Positions(10), 1), new(new Positions(Long), 1)]);
        var read = new long[4];
        mixed.Read(2_500_000_000, read);
        Assert.Equal([2_499_999_990, 2_499_999_991, 2_499_999_992, 2_499_999_993], read);
        mixed.Read(8, read);
        Assert.Equal([8, 9, 0, 1], read);
    }

    [Fact]
    public void Bytes_of_two_folders_are_alike_whatever_their_largest_value()
    {
        Assert.True(new ByteTokenizer(121).IsLike(new ByteTokenizer(123)));
        Assert.False(new ByteTokenizer(121).IsLike(new IdTokenizer(121)));
    }

    private sealed class Positions(long length) : TokenSource
    {
        public override long Length => length;

        public override void Read(long position, Span<long> into)
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = position + i;
            }
        }

        public override void Dispose()
        {
        }
    }
}

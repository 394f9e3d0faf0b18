using System.Security.Cryptography;
using SuParDsl.Sparsity;

namespace SuParDsl.Tests.Sparsity;

public class MaskTests
{
    [Theory]
    [InlineData(0.5, 600)]
    [InlineData(1.0 / 128, 9)]
    [InlineData(0.999, 1199)]
    [InlineData(1.0, 1200)]
    public void Exactly_the_rounded_count_is_kept(double density, long kept)
    {
        var mask = MaskDraw.Draw(Mask.Exact, [30, 40], density, seed: 1, "a.weight");

        Assert.Equal(kept, mask.Kept);
        Assert.Equal(kept, Enumerable.Range(0, 1200).Count(i => mask[i]));
    }

    [Fact]
    public void A_mask_depends_on_seed_and_name_alone()
    {
        var mask = MaskDraw.Draw(Mask.Exact, [64, 64], 0.25, seed: 7, "Blocks.0.Attn.Q.weight");

        Assert.NotEqual(mask.ToPacked(), MaskDraw.Draw(Mask.Exact, [64, 64], 0.25, seed: 8, "Blocks.0.Attn.Q.weight").ToPacked());
        Assert.NotEqual(mask.ToPacked(), MaskDraw.Draw(Mask.Exact, [64, 64], 0.25, seed: 7, "Blocks.0.Attn.K.weight").ToPacked());
        // The hash was written down once. It must be the same on every machine and in every later version.
        Assert.Equal("0087C01330220520", Convert.ToHexString(SHA256.HashData(mask.ToPacked()))[..16]);
    }

    [Fact]
    public void Kept_weights_are_spread_evenly()
    {
        var mask = MaskDraw.Draw(Mask.Exact, [100, 100], 0.1, seed: 3, "w");
        var rows = Enumerable.Range(0, 100).Select(row => Enumerable.Range(0, 100).Count(column => mask[(100 * row) + column]))
            .ToArray();

        // Hypergeometric: mean 10, variance close to 9.
        Assert.InRange(rows.Select(static n => (n - 10.0) * (n - 10.0)).Average(), 6, 12);
    }

    [Fact]
    public void Packing_keeps_every_bit()
    {
        var mask = MaskDraw.Draw(Mask.Exact, [7, 11], 0.4, seed: 5, "w");
        var again = WeightMask.FromPacked([7, 11], mask.ToPacked());

        Assert.Equal(mask.Words.ToArray(), again.Words.ToArray());
        Assert.Equal(10, mask.ToPacked().Length);
    }

    [Fact]
    public void Packed_bits_that_do_not_fit_are_refused()
    {
        Assert.Contains(
            "needs 10 packed bytes, not 9",
            Assert.Throws<ArgumentException>(() => WeightMask.FromPacked([7, 11], new byte[9])).Message,
            StringComparison.Ordinal);
        var beyond = new byte[10];
        beyond[9] = 0x80;
        Assert.Contains(
            "beyond its 77 weights",
            Assert.Throws<ArgumentException>(() => WeightMask.FromPacked([7, 11], beyond)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_density_that_keeps_nothing_is_refused() =>
        Assert.Contains(
            "keeps none of 16: it must be at least 0.0625",
            Assert.Throws<SizeException>(() => MaskDraw.Draw(Mask.Exact, [4, 4], 0.01, 1, "w")).Message,
            StringComparison.Ordinal);
}

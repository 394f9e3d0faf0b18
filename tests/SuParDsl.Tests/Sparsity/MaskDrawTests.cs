using SuParDsl.Sparsity;

namespace SuParDsl.Tests.Sparsity;

public class MaskDrawTests
{
    [Fact]
    public void Bernoulli_keeps_about_the_density()
    {
        var mask = MaskDraw.Draw(Mask.Bernoulli, [200, 200], 0.25, seed: 1, "w");

        // Mean 10,000, standard deviation 87.
        Assert.InRange(mask.Kept, 9_650, 10_350);
        Assert.NotEqual(10_000, mask.Kept);
    }

    [Theory]
    [InlineData(0.25, 16)]
    [InlineData(1.0 / 64, 1)]
    public void Balanced_keeps_as_many_in_every_row(double density, int wanted)
    {
        var mask = MaskDraw.Draw(Mask.Balanced, [50, 64], density, seed: 1, "w");

        Assert.All(Rows(mask, 50, 64), kept => Assert.Equal(wanted, kept));
    }

    [Fact]
    public void Two_of_every_four_are_kept()
    {
        var mask = MaskDraw.Draw(Mask.TwoFour, [8, 16], 0.5, seed: 1, "w");

        Assert.All(Rows(mask, 32, 4), static kept => Assert.Equal(2, kept));
        Assert.True(Enumerable.Range(0, 32).Select(quad => (mask[4 * quad], mask[(4 * quad) + 1])).Distinct().Count() > 2);
    }

    [Theory]
    [InlineData(Mask.Block4, 4)]
    [InlineData(Mask.Block8, 8)]
    [InlineData(Mask.Block16, 16)]
    [InlineData(Mask.Block32, 32)]
    public void Tiles_are_kept_or_dropped_whole(Mask kind, int side)
    {
        var mask = MaskDraw.Draw(kind, [64, 96], 0.25, seed: 1, "w");
        var tiles =
            from y in Enumerable.Range(0, 64 / side)
            from x in Enumerable.Range(0, 96 / side)
            select Enumerable.Range(0, side * side).Count(i => mask[(((y * side) + (i / side)) * 96) + (x * side) + (i % side)]);

        Assert.All(tiles, kept => Assert.True(kept == 0 || kept == side * side, $"a tile keeps {kept} of {side * side}"));
        Assert.InRange(mask.Density, 0.24, 0.34);
    }

    [Theory]
    [InlineData(Mask.TwoFour, 0.25, 8, 8, "a 2:4 mask keeps exactly 0.5")]
    [InlineData(Mask.TwoFour, 0.5, 8, 6, "the fan-in of w is 6: a 2:4 mask needs a multiple of 4")]
    [InlineData(Mask.Block16, 0.5, 100, 64, "w is 100×64: tiles of 16×16 need both sizes to be multiples of 16")]
    [InlineData(Mask.Balanced, 0.01, 8, 8, "keeps none of 8: it must be at least 0.125")]
    [InlineData((Mask)99, 0.5, 8, 8, "the mask of w is 99: it must be one of Exact, Bernoulli")]
    public void A_pattern_that_does_not_fit_is_refused(Mask kind, double density, long rows, long columns, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<SizeException>(() => MaskDraw.Draw(kind, [rows, columns], density, 1, "w")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Kernels_count_as_fan_in()
    {
        // 8 outputs, fan-in 4·3·3 = 36, half of it kept in every row.
        var mask = MaskDraw.Draw(Mask.Balanced, [8, 4, 3, 3], 0.5, seed: 1, "w");

        Assert.All(Rows(mask, 8, 36), static kept => Assert.Equal(18, kept));
    }

    private static IEnumerable<int> Rows(WeightMask mask, int rows, int columns) =>
        Enumerable.Range(0, rows)
            .Select(row => Enumerable.Range(0, columns).Count(column => mask[((long)row * columns) + column]));
}

using SuParDsl.Sparsity;

namespace SuParDsl.Tests.Sparsity;

/// <summary>Compares the largest weights in every pattern with plain sorting.</summary>
public class MagnitudeMasksTests
{
    private const int Rows = 32, Columns = 64, Count = Rows * Columns;

    [Theory]
    [InlineData(Mask.Balanced, 0.25, 1)]
    [InlineData(Mask.TwoFour, 0.5, 4)]
    [InlineData(Mask.Block4, 0.25, 4)]
    [InlineData(Mask.Block16, 0.25, 16)]
    public void A_pattern_keeps_its_largest_units(Mask pattern, double density, int side)
    {
        var weights = Numbers("weights");

        var mask = MaskMoves.Prune("W", WeightMask.Full([Rows, Columns]), weights, density, pattern);

        // A unit is a weight or a tile. A group is a row, four weights of a row, or the whole matrix.
        var units = Enumerable.Range(0, Count)
            .GroupBy(i => pattern is Mask.Balanced or Mask.TwoFour ? i : (i / Columns / side * Columns) + (i % Columns / side));
        var groups =
            units.GroupBy(unit => pattern switch { Mask.Balanced => unit.Key / Columns, Mask.TwoFour => unit.Key / 4, _ => 0 });
        var expected = groups
            .SelectMany(group =>
                group.OrderByDescending(unit => unit.Sum(i => (double)Math.Abs(weights[i]))).Take((int)(density * group.Count())))
            .SelectMany(static unit => unit).Order().Select(static i => (long)i);
        Assert.Equal(expected, mask.Positions());
        Assert.Equal((long)(density * Count), mask.Kept);
    }

    [Theory]
    [InlineData(Mask.Exact, 0.1)]
    [InlineData(Mask.Bernoulli, 0.1)]
    [InlineData(Mask.Balanced, 0.1)]
    [InlineData(Mask.TwoFour, 0.5)]
    [InlineData(Mask.Block8, 0.1)]
    public void On_the_way_to_a_density_nothing_comes_back_and_the_count_is_kept(Mask pattern, double density)
    {
        var mask = WeightMask.Full([Rows, Columns]);
        for (var step = 1; step <= 10; step++)
        {
            var now = new MaskSchedule { Stop = 10 }.DensityAt(step, density);
            var next = MaskMoves.Prune("W", mask, Numbers($"weights {step}"), now, pattern);

            Assert.Empty(next.Positions().Except(mask.Positions()));
            Assert.Equal(MagnitudeMasks.Count(pattern, [Rows, Columns], now), next.Kept);
            mask = next;
        }

        if (pattern == Mask.TwoFour)
        {
            Assert.All(mask.Positions().GroupBy(static i => i / 4), static four => Assert.Equal(2, four.Count()));
        }
        else if (pattern == Mask.Balanced)
        {
            Assert.All(mask.Positions().GroupBy(static i => i / Columns), static row => Assert.Equal(6, row.Count()));
        }
        else
        {
            Assert.Equal(pattern == Mask.Block8 ? 3 * 64 : 205, mask.Kept);
        }
    }

    [Fact]
    public void On_the_way_to_two_of_four_the_smallest_of_all_groups_go_first()
    {
        float[] weights = [4, 3, 2, 1, 0.4f, 0.3f, 0.2f, 0.1f];

        Assert.Equal([0, 1, 2, 3, 4, 5], MaskMoves.Prune("W", WeightMask.Full([2, 4]), weights, 0.75, Mask.TwoFour).Positions());
        Assert.Equal([0, 1, 4, 5], MaskMoves.Prune("W", WeightMask.Full([2, 4]), weights, 0.5, Mask.TwoFour).Positions());
    }

    [Fact]
    public void Among_equal_weights_the_first_are_kept()
    {
        // JaxPruner's test keeps the last two of four here (mask_calculator_test.py, SCORE_2 with 2:4), and the first two
        // without a pattern.
        float[] ones = [1, 1, 1, 1, 1, 1, 1, 1];

        Assert.Equal([0, 1, 4, 5], MaskMoves.Prune("W", WeightMask.Full([2, 4]), ones, 0.5, Mask.TwoFour).Positions());
        Assert.Equal([0, 1, 2, 3], MaskMoves.Prune("W", WeightMask.Full([2, 4]), ones, 0.5).Positions());
    }

    private static float[] Numbers(string name)
    {
        var random = new SeededRandom(1, name);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)random.NextNormal())];
    }
}

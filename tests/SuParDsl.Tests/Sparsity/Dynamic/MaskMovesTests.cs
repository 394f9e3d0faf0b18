using SuParDsl.Sparsity;

namespace SuParDsl.Tests.Sparsity.Dynamic;

/// <summary>Compares the dropped and grown weights with plain sorting.</summary>
public class MaskMovesTests
{
    private const int Count = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(137)]
    [InlineData(500)]
    public void The_largest_scores_are_those_of_a_sort(int wanted)
    {
        var (scores, candidates) = (Numbers("scores"), Mask("candidates", 500));

        var chosen = LargestScores.Choose(scores, i => candidates[i], wanted);

        var expected = candidates.Positions().OrderByDescending(i => Math.Abs(scores[i])).ThenBy(static i => i).Take(wanted)
            .Order();
        Assert.Equal(expected, new WeightMask([Count], chosen).Positions());
    }

    [Fact]
    public void Among_equal_scores_the_first_are_chosen_and_NaN_comes_last()
    {
        float[] scores = [1, 2, float.NaN, 2, -2, 0.5f];

        Assert.Equal([1, 3], new WeightMask([6], LargestScores.Choose(scores, static _ => true, 2)).Positions());
        Assert.Equal([0, 1, 3, 4, 5], new WeightMask([6], LargestScores.Choose(scores, static _ => true, 5)).Positions());
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.05)]
    [InlineData(0.999)]
    public void Rewiring_drops_the_smallest_and_grows_the_largest_gradients(double fraction)
    {
        var (mask, weights, gradients) = (Mask("mask", 250), Numbers("weights"), Numbers("gradients"));

        var moved = MaskMoves.Rewire(mask, weights, gradients, fraction);

        // RigL, algorithm 1, by sorting: the number of drops is rounded down, and all weights that are not kept then can
        // grow.
        var dropped = (int)(fraction * 250);
        var stay = mask.Positions().OrderByDescending(i => Math.Abs(weights[i])).Take(250 - dropped).ToHashSet();
        var grown = Enumerable.Range(0, Count).Select(static i => (long)i).Where(i => !stay.Contains(i))
            .OrderByDescending(i => Math.Abs(gradients[i])).Take(dropped);
        Assert.Equal(stay.Concat(grown).Order(), moved.Positions());
        Assert.Equal(250, moved.Kept);
    }

    [Theory]
    [InlineData(250)]
    [InlineData(500)]
    [InlineData(770)]
    [InlineData(800)]
    [InlineData(900)]
    [InlineData(950)]
    [InlineData(999)]
    public void At_every_density_the_whole_fraction_is_dropped(int kept)
    {
        var (mask, weights, gradients) = (Mask("mask", kept), Numbers("weights"), Numbers("gradients"));

        var moved = MaskMoves.Rewire(mask, weights, gradients, 0.3);

        // Candidates for growth are the free positions and the dropped weights, so there are enough even if few positions
        // are free.
        var dropped = (int)(0.3 * kept);
        var stay = mask.Positions().OrderByDescending(i => Math.Abs(weights[i])).Take(kept - dropped).ToHashSet();
        var grown = Enumerable.Range(0, Count).Select(static i => (long)i).Where(i => !stay.Contains(i))
            .OrderByDescending(i => Math.Abs(gradients[i])).Take(dropped);
        Assert.Equal(stay.Concat(grown).Order(), moved.Positions());
        Assert.Equal(kept, moved.Kept);
    }

    [Fact]
    public void With_one_free_place_one_weight_at_most_is_replaced()
    {
        var mask = WeightMask.FromBytes([6], [1, 1, 1, 0, 1, 1]);

        // Three of five weights are dropped: 0, 1 and 2. Among these and the free position, the three largest gradients are
        // at 3, 2 and 0.
        Assert.Equal([0, 2, 3, 4, 5], MaskMoves.Rewire(mask, [1, 2, 3, 0, 5, 6], [5, 1, 6, 9, 0, 0], 0.6).Positions());

        // If the free position has the smallest gradient, all dropped weights grow again.
        Assert.Equal([0, 1, 2, 4, 5], MaskMoves.Rewire(mask, [1, 2, 3, 0, 5, 6], [5, 4, 6, 1, 0, 0], 0.6).Positions());
    }

    [Fact]
    public void Among_equal_weights_and_gradients_the_first_are_kept_and_grown() => Assert.Equal(
        [0, 1, 2, 3],
        MaskMoves.Rewire(WeightMask.FromBytes([6], [1, 1, 0, 0, 1, 1]), [7, 7, 0, 0, 7, 7], [1, 1, 1, 1, 1, 1], 0.5).Positions());

    [Fact]
    public void By_sign_each_sign_drops_its_own_fraction()
    {
        float[] weights = [0.1f, 0.2f, 0.3f, 0.4f, -1, -2, -3, 0, 0, 0], scores = [0, 0, 0, 0, 0, 0, 0, 3, 2, 1];
        var mask = WeightMask.FromBytes([10], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);

        // Two of four positive weights, one of three negative ones, and the weight that is 0 are dropped. That position,
        // the two free ones and the first of the dropped ones grow.
        Assert.Equal([0, 2, 3, 5, 6, 7, 8, 9], MaskMoves.Rewire(mask, weights, scores, 0.5, bySign: true).Positions());

        // By magnitude alone, the four smallest are dropped: 0 and the three smallest positive weights.
        Assert.Equal([0, 3, 4, 5, 6, 7, 8, 9], MaskMoves.Rewire(mask, weights, scores, 0.5).Positions());
    }

    [Fact]
    public void A_weight_that_is_dropped_may_grow_again_at_once()
    {
        var mask = WeightMask.FromBytes([4], [1, 1, 0, 0]);

        var moved = MaskMoves.Rewire(mask, [5, 1, 0, 0], [0, 9, 1, 0], 0.5);

        Assert.Equal([0, 1], moved.Positions());
    }

    [Fact]
    public void A_full_mask_has_nothing_to_grow() =>
        Assert.Equal(4, MaskMoves.Rewire(WeightMask.Full([4]), [4, 3, 2, 1], [1, 2, 3, 4], 0.5).Kept);

    [Fact]
    public void Pruning_keeps_the_largest_and_brings_nothing_back()
    {
        var weights = Numbers("weights");
        var first = MaskMoves.Prune("W", WeightMask.Full([Count]), weights, 0.5);
        var second = MaskMoves.Prune("W", first, weights, 0.1);

        Assert.Equal((500, 100), (first.Kept, second.Kept));
        Assert.Equal(
            Enumerable.Range(0, Count).OrderByDescending(i => Math.Abs(weights[i])).Take(100).Order().Select(static i => (long)i),
            second.Positions());
        Assert.Equal(
            "the density of W is 0.1, and pruning should reach 0.5 now: pruning brings no weight back, "
            + "so the target must be at most 0.1",
            Assert.Throws<ArgumentException>(() => MaskMoves.Prune("W", second, weights, 0.5)).Message);
    }

    [Fact]
    public void Pruning_together_ranks_all_tensors_as_one_and_empties_none()
    {
        float[] large = [9, 8, 7, 6], small = [0.1f, 0.3f, 0.2f, 0];

        var pruned = MaskMoves.PruneTogether([WeightMask.Full([4]), WeightMask.Full([2, 2])], [large, small], 0.5);

        // Exactly four of eight are kept: the largest of each tensor, then the largest of all others.
        Assert.Equal([0, 1, 2], pruned[0].Positions());
        Assert.Equal([1], pruned[1].Positions());
        Assert.Equal(
            "the density of all pruned tensors together is 0.5, and pruning should reach 0.75 now: "
            + "pruning brings no weight back, so the target must be at most 0.5",
            Assert.Throws<ArgumentException>(() => MaskMoves.PruneTogether(pruned, [large, small], 0.75)).Message);
    }

    [Theory]
    [InlineData(0.1, 2)] // 1.2 of 12, but each keeps one
    [InlineData(0.25, 3)]
    [InlineData(0.5, 6)]
    [InlineData(0.625, 8)] // 7.5
    [InlineData(1, 12)]
    public void Pruning_together_keeps_exactly_the_requested_number(double density, int kept)
    {
        float[] large = [9, 8, 7, 6, 5, 4, 3, 2], small = [0.1f, 0.3f, 0.2f, 0];
        foreach (var normalize in (bool[])[false, true])
        {
            var pruned = MaskMoves.PruneTogether(
                [WeightMask.Full([8]), WeightMask.Full([4])], [large, small], density, normalize);

            Assert.Equal(kept, pruned.Sum(static mask => mask.Kept));
            Assert.All(pruned, static mask => Assert.True(mask.Kept > 0));
        }
    }

    [Fact]
    public void Normalized_a_tensor_of_small_weights_is_ranked_by_their_proportions()
    {
        float[] large = [9, 8, 7, 6], small = [0.09f, 0.08f, 0.01f, 0];

        Assert.Equal([3, 1], Kept(normalize: false));
        Assert.Equal([2, 2], Kept(normalize: true));

        long[] Kept(bool normalize)
        {
            var pruned = MaskMoves.PruneTogether([WeightMask.Full([4]), WeightMask.Full([4])], [large, small], 0.5, normalize);
            return [.. pruned.Select(static mask => mask.Kept)];
        }
    }

    private static float[] Numbers(string name)
    {
        var random = new SeededRandom(1, name);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)random.NextNormal())];
    }

    private static WeightMask Mask(string name, int kept) =>
        MaskDraw.Draw(SuParDsl.Mask.Exact, [Count, 1], (double)kept / Count, 1, name);
}

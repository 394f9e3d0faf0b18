using SuParDsl.Lab.Data;
using SuParDsl.Lab.Generation;

namespace SuParDsl.Lab.Tests.Generation;

/// <summary>Compares distributions with ones computed by hand.</summary>
public sealed class TokenDistributionTests
{
    private static readonly Sampling Plain = new(1) { Temperature = 1 };

    // The probabilities 1/2, 1/4, 3/20 and 1/10, in another order.
    private static readonly float[] Logits = [.. new[] { 0.1, 0.5, 0.15, 0.25 }.Select(static p => (float)(Math.Log(p) + 1))];

    [Fact]
    public void Temperature_1_is_the_softmax() => AssertClose([0.1, 0.5, 0.15, 0.25], Of(Plain));

    [Fact]
    public void Temperature_divides_the_logits()
    {
        AssertClose([0.01 / 0.345, 0.25 / 0.345, 0.0225 / 0.345, 0.0625 / 0.345], Of(Plain with { Temperature = 0.5 }));
        Assert.Equal([0.0, 1, 0, 0], Of(Plain with { Temperature = 0 }));
    }

    [Fact]
    public void Top_k_keeps_the_likeliest_and_what_is_as_likely_as_the_last_of_them()
    {
        AssertClose([0, 2 / 3.0, 0, 1 / 3.0], Of(Plain with { TopK = 2 }));
        AssertClose([0.1, 0.5, 0.15, 0.25], Of(Plain with { TopK = 9 }));
        AssertClose([0, 0.5, 0.25, 0.25], Of(Plain with { TopK = 2 }, -1, 1 + (float)Math.Log(2), 1, 1));
    }

    [Fact]
    public void Top_p_keeps_the_fewest_that_add_up_to_it()
    {
        AssertClose([0, 1, 0, 0], Of(Plain with { TopP = 0.49 }));
        AssertClose([0, 2 / 3.0, 0, 1 / 3.0], Of(Plain with { TopP = 0.74 }));
        AssertClose([0, 5 / 9.0, 1.5 / 9, 2.5 / 9], Of(Plain with { TopP = 0.76 }));
        AssertClose([0, 1, 0, 0], Of(Plain with { TopP = 1e-9 }));
    }

    [Fact]
    public void Min_p_keeps_a_fraction_of_the_likeliest()
    {
        AssertClose([0, 2 / 3.0, 0, 1 / 3.0], Of(Plain with { MinP = 0.4 }));
        AssertClose([0.1, 0.5, 0.15, 0.25], Of(Plain with { MinP = 0.19 }));
        AssertClose([0, 1, 0, 0], Of(Plain with { MinP = 1 }));
    }

    [Fact]
    public void The_repetition_penalty_divides_positive_logits_and_multiplies_negative_ones()
    {
        var sampling = Plain with { RepetitionPenalty = 2 };
        var weights = new[] { 1, 1, 0, -2.0 }.Select(Math.Exp).ToArray();
        AssertClose([.. weights.Select(w => w / weights.Sum())], TokenDistribution.Of([2, 1, 0, -1], Set(0, 3), sampling));
        Assert.Equal([0.0, 1], TokenDistribution.Of([3, 2], Set(0), sampling with { Temperature = 0 }));
    }

    [Fact]
    public void Each_filter_sees_what_the_one_before_has_left()
    {
        // The temperature raises the largest probability from 0.5 to 0.72.
        AssertClose([0, 1, 0, 0], Of(Plain with { Temperature = 0.5, TopP = 0.7 }));
        AssertClose([0, 1, 0, 0], Of(Plain with { TopK = 2, TopP = 0.6 }));
        AssertClose([0, 2 / 3.0, 0, 1 / 3.0], Of(Plain with { TopP = 0.76, MinP = 0.4 }));
    }

    [Fact]
    public void Diverged_logits_are_refused()
    {
        var error = Assert.Throws<UserException>(() => Of(Plain, 0, float.NaN));
        Assert.Contains("logit of token 1 is NaN", error.Message);
        Assert.Throws<UserException>(() => Of(Plain, float.PositiveInfinity));
        AssertClose([1, 0], Of(Plain, 0, float.NegativeInfinity));
    }

    [Fact]
    public void Choices_follow_the_distribution()
    {
        double[] probabilities = [0.1, 0, 0.6, 0.3, 0];
        Assert.Equal([0, 0, 2, 2, 3, 3], new[] { 0, 0.09, 0.11, 0.69, 0.71, 0.999 }
            .Select(place => TokenDistribution.Choose(probabilities, place)));
        // Rounding may leave a place beyond the sum.
        Assert.Equal(3, TokenDistribution.Choose(probabilities, 1));
    }

    [Fact]
    public void Choices_follow_the_softmax()
    {
        var counts = Enumerable.Range(0, 20_000)
            .Select(static i => TokenDistribution.Choose(Of(Plain), SplitMix.Uniform(5, i, 0)))
            .CountBy(static id => id).ToDictionary();
        Assert.All(Of(Plain).Index(), entry => Assert.Equal(entry.Item, counts[entry.Index] / 20_000.0, 0.02));
    }

    private static HashSet<int> Set(params int[] ids) => [.. ids];

    private static double[] Of(Sampling sampling) => Of(sampling, Logits);

    private static double[] Of(Sampling sampling, params float[] logits) => TokenDistribution.Of(logits, Set(), sampling);

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-6));
}

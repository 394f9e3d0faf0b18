namespace SuParDsl.Tests.Initialization;

public class SeededRandomTests
{
    [Fact]
    public void Normal_numbers_have_the_moments_of_a_normal_distribution()
    {
        var random = new SeededRandom(1, "w");
        var values = Enumerable.Range(0, 200_000).Select(_ => random.NextNormal()).ToArray();

        // Four standard errors of each moment.
        Assert.InRange(values.Average(), -0.009, 0.009);
        Assert.InRange(values.Average(static v => v * v), 1 - 0.013, 1 + 0.013);
        Assert.InRange(values.Average(static v => v * v * v * v), 3 - 0.09, 3 + 0.09);
    }

    [Fact]
    public void Integers_below_a_bound_are_even()
    {
        var random = new SeededRandom(2, "w");
        var counts = new int[6];
        for (var i = 0; i < 60_000; i++)
        {
            counts[random.NextBelow(6)]++;
        }

        Assert.All(counts, static count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Numbers_depend_on_seed_and_name()
    {
        Assert.Equal(new SeededRandom(1, "a").NextBits(), new SeededRandom(1, "a").NextBits());
        Assert.NotEqual(new SeededRandom(1, "a").NextBits(), new SeededRandom(2, "a").NextBits());
        Assert.NotEqual(new SeededRandom(1, "a").NextBits(), new SeededRandom(1, "b").NextBits());
    }
}

using SuParDsl.Lab.Parallel;

namespace SuParDsl.Lab.Tests.DataParallel;

public sealed class SlowRanksTests
{
    [Fact]
    public void A_rank_that_stays_slow_is_reported_now_and_then()
    {
        var slow = new SlowRanks(4);
        var lines = Enumerable.Range(0, 600).Select(_ => slow.Add([0.1, 0.1, 0.25, 0.11])).OfType<string>().ToArray();

        Assert.Equal(2, lines.Length);
        Assert.All(lines, static line =>
            Assert.Equal("rank 2 is slow: it computes 0.25 s a step, the median rank 0.1 s; the others wait for it", line));
    }

    [Fact]
    public void The_slower_one_of_two_ranks_is_reported() =>
        Assert.StartsWith("rank 0 is slow", string.Concat(Add(new(2), 100, [0.2, 0.1])));

    [Fact]
    public void Slow_steps_now_and_then_are_no_slow_rank()
    {
        var slow = new SlowRanks(2);
        Assert.Empty(Enumerable.Range(0, 1000).SelectMany(i => Add(slow, 1, [i % 40 == 0 ? 0.3 : 0.1, 0.1])));
        Assert.Empty(Add(new(2), 1000, [0.14, 0.1]));
    }

    private static IEnumerable<string> Add(SlowRanks slow, int steps, double[] seconds) =>
        [.. Enumerable.Range(0, steps).Select(_ => slow.Add(seconds)).OfType<string>()];
}

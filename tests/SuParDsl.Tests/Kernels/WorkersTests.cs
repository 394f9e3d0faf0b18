using SuParDsl.Kernels;

namespace SuParDsl.Tests.Kernels;

/// <summary>Every piece of work is done once, by any thread.</summary>
public class WorkersTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(100, 1)]
    [InlineData(100, 2)]
    [InlineData(100, 5)]
    public void Every_piece_runs_once(int pieces, int threads)
    {
        for (var round = 0; round < 50; round++)
        {
            var counts = new int[pieces];
            Workers.Run(pieces, threads, 1e9, piece => Interlocked.Increment(ref counts[piece]));
            Assert.All(counts, static count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void An_error_reaches_the_caller_and_the_next_work_runs()
    {
        Assert.Throws<InvalidOperationException>(() => Workers.Run(50, 3, 1e9, static piece =>
        {
            if (piece == 20)
            {
                throw new InvalidOperationException();
            }
        }));
        Every_piece_runs_once(100, 3);
    }

    [Fact]
    public void Work_inside_work_and_from_many_threads_is_done()
    {
        var sum = 0;
        Parallel.For(0, 8, _ => Workers.Run(10, 2, 1e9, _ => Workers.Run(10, 2, 1e9, _ => Interlocked.Increment(ref sum))));

        Assert.Equal(800, sum);
    }
}

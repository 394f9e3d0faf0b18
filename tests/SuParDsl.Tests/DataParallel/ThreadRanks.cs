using System.Runtime.ExceptionServices;
using SuParDsl.Distributed;

namespace SuParDsl.Tests.DataParallel;

/// <summary>Ranks that are threads of one process. They do the same work as over MPI, without MPI.</summary>
internal sealed class ThreadRanks : ProcessGroup
{
    private readonly Common common;
    private readonly List<(nint Values, long Count)> sums = [];
    private readonly List<(nint Values, long Count, int Root)> copies = [];

    private ThreadRanks(Common common, int rank) : base(rank, common.Sums.Length) => this.common = common;

    /// <summary>The number of sums that were started and not yet waited for.</summary>
    public int Begun => sums.Count;

    /// <summary>The largest number of sums that were waited for together.</summary>
    public int Blocking { get; private set; }

    /// <summary>Runs an action on every rank.</summary>
    public static T[] Run<T>(int count, Func<ThreadRanks, T> work)
    {
        var common = new Common(
            new(count), new List<(nint, long)>[count], new List<(nint, long, int)>[count], new byte[count][], new());
        var (results, failures) = (new T[count], new ExceptionDispatchInfo?[count]);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new(common, rank));
            }
            catch (Exception e)
            {
                failures[rank] = ExceptionDispatchInfo.Capture(e);

                // The others must not wait for it.
                common.Failed.Cancel();
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        failures.OrderBy(static failure => failure?.SourceException is OperationCanceledException)
            .FirstOrDefault(static failure => failure is not null)?.Throw();
        return results;
    }

    public override void Abort(int code) => throw new NotSupportedException();

    public override void Dispose()
    {
    }

    internal override bool IsCudaAware => true;

    internal override unsafe void Sum(float* values, long count)
    {
        Blocking++;
        StartSum(values, count);
        Wait();
    }

    internal override unsafe void StartSum(float* values, long count) => sums.Add(((nint)values, count));

    internal override unsafe void StartBroadcast(float* values, long count, int root) => copies.Add(((nint)values, count, root));

    internal override bool IsSumming => sums.Count + copies.Count > 0;

    internal override void Progress()
    {
    }

    internal override unsafe void Wait()
    {
        (common.Sums[Rank], common.Copies[Rank]) = (sums, copies);
        common.Barrier.SignalAndWait(common.Failed.Token);
        if (Rank == 0)
        {
            for (var i = 0; i < sums.Count; i++)
            {
                Assert.All(common.Sums, all => Assert.Equal(sums[i].Count, all[i].Count));
                for (long k = 0; k < sums[i].Count; k++)
                {
                    var sum = common.Sums.Sum(all => ((float*)all[i].Values)[k]);
                    foreach (var all in common.Sums)
                    {
                        ((float*)all[i].Values)[k] = sum;
                    }
                }
            }

            Copy();
        }

        common.Barrier.SignalAndWait(common.Failed.Token);
        sums.Clear();
        copies.Clear();
    }

    private protected override byte[] Gather(ReadOnlySpan<byte> own)
    {
        common.Gathered[Rank] = own.ToArray();
        common.Barrier.SignalAndWait(common.Failed.Token);
        byte[] all = [.. common.Gathered.SelectMany(static bytes => bytes)];
        common.Barrier.SignalAndWait(common.Failed.Token);
        return all;
    }

    private unsafe void Copy()
    {
        for (var i = 0; i < copies.Count; i++)
        {
            var (_, count, root) = copies[i];
            Assert.All(common.Copies, all => Assert.Equal((copies.Count, count, root), (all.Count, all[i].Count, all[i].Root)));
            foreach (var all in common.Copies)
            {
                Buffer.MemoryCopy(
                    (float*)common.Copies[root][i].Values, (float*)all[i].Values, count * sizeof(float), count * sizeof(float));
            }
        }
    }

    private sealed record Common(
        Barrier Barrier, List<(nint Values, long Count)>[] Sums, List<(nint Values, long Count, int Root)>[] Copies,
        byte[][] Gathered, CancellationTokenSource Failed);
}

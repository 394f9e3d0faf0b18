using System.Runtime.ExceptionServices;

namespace SuParDsl.Kernels;

/// <summary>
/// Runs independent pieces of work on a few dedicated threads, which sleep in between. libtorch's own threads are idle meanwhile,
/// so <c>torch.set_num_threads</c> sets the number of both. The thread pool is unsuitable, because it adds a second thread only
/// after a delay that is longer than most pieces take.
/// </summary>
internal sealed class Workers
{
    /// <summary>Below this many multiply-adds, waking a second thread costs more than it saves.</summary>
    private const double WorthAThread = 500_000;

    private static readonly Workers Shared = new();

    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private int helpers;
    private Job? current;

    /// <summary>Runs a body for every piece. The result must not depend on which thread runs which piece.</summary>
    public static void Run(int pieces, int threads, double multiplyAdds, Action<int> body)
    {
        var useful = (int)Math.Min(Math.Min(threads, pieces), 1 + (multiplyAdds / WorthAThread));

        // Run all pieces on this thread if the helpers are busy with another thread's work, or if this call is made from a piece.
        if (useful > 1 && !Shared.gate.IsHeldByCurrentThread && Shared.gate.TryEnter())
        {
            try
            {
                Shared.RunTogether(pieces, useful - 1, body);
            }
            finally
            {
                Shared.gate.Exit();
            }
        }
        else
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                body(piece);
            }
        }
    }

    private void RunTogether(int pieces, int others, Action<int> body)
    {
        var job = new Job(pieces, body);
        Volatile.Write(ref current, job);
        for (; helpers < others; helpers++)
        {
            new Thread(Help) { IsBackground = true, Name = $"{nameof(SuParDsl)} {helpers + 1}" }.Start();
        }

        wake.Release(others);
        job.TakePieces();
        Volatile.Write(ref current, null);
        job.Wait();
    }

    private void Help()
    {
        while (true)
        {
            wake.Wait();

            // A helper that wakes late finds no work left. Nobody waits for it.
            Volatile.Read(ref current)?.TakePieces();
        }
    }

    /// <summary>The pieces of one call. It is complete when each piece has run, regardless of which helpers took part.</summary>
    private sealed class Job(int pieces, Action<int> body)
    {
        private readonly int count = pieces;
        private int next, left = pieces;
        private ExceptionDispatchInfo? failure;

        public void TakePieces()
        {
            for (int piece; (piece = Interlocked.Increment(ref next) - 1) < count;)
            {
                try
                {
                    // After a failure, skip the remaining pieces.
                    if (Volatile.Read(ref failure) is null)
                    {
                        body(piece);
                    }
                }
                catch (Exception e)
                {
                    Volatile.Write(ref failure, ExceptionDispatchInfo.Capture(e));
                }

                Interlocked.Decrement(ref left);
            }
        }

        public void Wait()
        {
            // A helper's last piece takes microseconds, unless the operating system gave its core to another process.
            var spin = default(SpinWait);
            while (Volatile.Read(ref left) > 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            failure?.Throw();
        }
    }
}

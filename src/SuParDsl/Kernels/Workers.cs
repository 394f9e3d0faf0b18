using System.Runtime.ExceptionServices;

namespace SuParDsl.Kernels;

/// <summary>
/// Runs independent pieces of work on a few threads of its own, which sleep in between. libtorch's own threads are idle
/// meanwhile, so the same number serves both: <c>torch.set_num_threads</c> sets it. The thread pool is no substitute: it adds
/// a second thread only after a while, longer than most pieces take.
/// </summary>
internal sealed class Workers
{
    /// <summary>Below this many multiply-adds, waking a second thread costs more than it gives.</summary>
    private const double WorthAThread = 500_000;

    private static readonly Workers Shared = new();

    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0), finished = new(0);
    private int helpers;
    private Action<int> body = static _ => { };
    private int pieces, next;
    private ExceptionDispatchInfo? failure;

    /// <summary>Runs a body for every piece. Which thread runs which piece must not matter to the result.</summary>
    public static void Run(int pieces, int threads, double multiplyAdds, Action<int> body)
    {
        var useful = (int)Math.Min(Math.Min(threads, pieces), 1 + (multiplyAdds / WorthAThread));

        // One who finds the helpers at work for another thread, or is a helper, does its work alone.
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

    private void RunTogether(int count, int others, Action<int> work)
    {
        (body, pieces, next, failure) = (work, count, 0, null);
        for (; helpers < others; helpers++)
        {
            new Thread(Help) { IsBackground = true, Name = $"{nameof(SuParDsl)} {helpers + 1}" }.Start();
        }

        wake.Release(others);
        TakePieces();
        for (var i = 0; i < others; i++)
        {
            finished.Wait();
        }

        body = static _ => { };
        failure?.Throw();
    }

    private void Help()
    {
        while (true)
        {
            wake.Wait();
            TakePieces();
            finished.Release();
        }
    }

    private void TakePieces()
    {
        try
        {
            for (int piece; (piece = Interlocked.Increment(ref next) - 1) < pieces;)
            {
                body(piece);
            }
        }
        catch (Exception e)
        {
            // The rest need not be done; the caller throws what went wrong.
            failure = ExceptionDispatchInfo.Capture(e);
            Volatile.Write(ref next, pieces);
        }
    }
}

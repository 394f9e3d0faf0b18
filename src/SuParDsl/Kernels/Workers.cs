namespace SuParDsl.Kernels;

/// <summary>
/// Runs independent pieces of work on a bounded number of threads. libtorch's own threads are idle meanwhile, so the same
/// number serves both: <c>torch.set_num_threads</c> sets it.
/// </summary>
internal static class Workers
{
    /// <summary>Below this many multiply-adds, waking a second thread costs more than it gives.</summary>
    private const double WorthAThread = 100_000;

    /// <summary>Runs a body for every piece. Which thread runs which piece must not matter to the result.</summary>
    public static void Run(int pieces, int threads, double multiplyAdds, Action<int> body)
    {
        var useful = (int)Math.Min(threads, Math.Max(1, multiplyAdds / WorthAThread));
        if (Math.Min(useful, pieces) <= 1)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                body(piece);
            }
        }
        else
        {
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = useful }, body);
        }
    }
}

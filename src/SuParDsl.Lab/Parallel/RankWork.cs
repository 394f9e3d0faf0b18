using SuParDsl.Distributed;
using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Parallel;

/// <summary>A collective operation failed on some rank, and every rank knows it.</summary>
/// <param name="message">The message for the user, which only one rank writes.</param>
/// <param name="code">The exit code.</param>
internal sealed class RankWorkException(string message, int code) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public int Code => code;
}

/// <summary>Runs work that must succeed on every rank before any rank continues.</summary>
internal static class RankWork
{
    /// <summary>Runs a function on every rank.</summary>
    /// <exception cref="RankWorkException">A rank failed. Every rank throws, with the first failed rank's message.</exception>
    public static T RunOnAll<T>(this ProcessGroup ranks, Func<T> work)
    {
        if (ranks.Count == 1)
        {
            return work();
        }

        var (done, failure) = (default(T), ((string Message, int Code)?)null);
        try
        {
            done = work();
        }
        catch (Exception e) when (ErrorBoundary.Describe(e) is not null && !ranks.MustAbort)
        {
            failure = ErrorBoundary.Describe(e);
        }

        var messages = ranks.Gather(failure?.Message ?? string.Empty);
        var codes = ranks.Gather(failure?.Code ?? 0);
        return Enumerable.Range(0, ranks.Count).FirstOrDefault(rank => codes[rank][0] != 0, -1) is >= 0 and var first
            ? throw new RankWorkException(
                first == 0 ? messages[0] : $"rank {first}: {messages[first]}", (int)codes[first][0])
            : done!;
    }

    /// <summary>Runs an action on every rank.</summary>
    /// <inheritdoc cref="RunOnAll{T}"/>
    public static void RunOnAll(this ProcessGroup ranks, Action work) => ranks.RunOnAll(() =>
    {
        work();
        return true;
    });

    /// <summary>Runs a function on rank 0 first and then on the other ranks, which find the files that rank 0 wrote.</summary>
    /// <inheritdoc cref="RunOnAll{T}"/>
    public static T Rank0First<T>(this ProcessGroup ranks, Func<T> work) where T : class
    {
        var first = ranks.RunOnAll(() => ranks.Rank == 0 ? work() : null);
        return ranks.RunOnAll(() => first ?? work());
    }

    /// <summary>Runs a function on rank 0, and returns its result on every rank.</summary>
    /// <inheritdoc cref="RunOnAll{T}"/>
    public static string RunOnRank0(this ProcessGroup ranks, Func<string> work) =>
        ranks.Gather(ranks.RunOnAll(() => ranks.Rank == 0 ? work() : string.Empty))[0];
}

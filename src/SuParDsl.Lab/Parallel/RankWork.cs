using SuParDsl.Lab.Commands;
using SuParDsl.Lab.Errors;

namespace SuParDsl.Lab.Parallel;

/// <summary>Something that ranks did together has failed, and every rank knows.</summary>
/// <param name="message">What a user reads, once.</param>
/// <param name="code">The exit code.</param>
internal sealed class RankWorkException(string message, int code) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public int Code => code;
}

/// <summary>Work that every rank must manage before any goes on.</summary>
internal static class RankWork
{
    /// <summary>Does a part of the work on every rank.</summary>
    /// <exception cref="RankWorkException">Some rank could not do it: every rank throws, with the message of the first that could not.</exception>
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

    /// <summary>Does a part of the work on rank 0 first, then on the others, which find what it has left on disk.</summary>
    /// <inheritdoc cref="RunOnAll"/>
    public static T Rank0First<T>(this ProcessGroup ranks, Func<T> work) where T : class
    {
        var first = ranks.RunOnAll(() => ranks.Rank == 0 ? work() : null);
        return ranks.RunOnAll(() => first ?? work());
    }

    /// <summary>Does a part of the work on rank 0; every rank gets its text.</summary>
    /// <inheritdoc cref="RunOnAll"/>
    public static string RunOnRank0(this ProcessGroup ranks, Func<string> work) =>
        ranks.Gather(ranks.RunOnAll(() => ranks.Rank == 0 ? work() : string.Empty))[0];
}

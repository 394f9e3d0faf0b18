using System.Diagnostics;

namespace SuParDsl.Lab.Bench;

/// <summary>Times actions in alternation, so that changes in the machine's speed affect all of them alike.</summary>
internal static class Measure
{
    /// <summary>The number of rounds that are not timed, before the timed ones.</summary>
    public const int Warmup = 3;

    /// <summary>Times each action in every round.</summary>
    public static Times[] Alternating(int rounds, params Action[] actions) =>
        Prepared(rounds, Warmup, [.. actions.Select(static action => (Func<Action>)(() => action))]);

    /// <summary>
    /// Times actions after <paramref name="warmup"/> untimed rounds. Each function does its preparation untimed and returns the
    /// action to time.
    /// </summary>
    public static Times[] Prepared(int rounds, int warmup, params Func<Action>[] actions)
    {
        var times = actions.Select(_ => new double[rounds]).ToArray();
        for (var round = -warmup; round < rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var run = actions[i]();
                var start = Stopwatch.GetTimestamp();
                run();
                if (round >= 0)
                {
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                }
            }
        }

        return [.. times.Select(static t => new Times(t))];
    }
}

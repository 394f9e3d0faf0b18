using System.Diagnostics;

namespace SuParDsl.Lab.Bench;

/// <summary>Times things against each other in one run, alternating, so that the machine's moods fall on all.</summary>
internal static class Measure
{
    /// <summary>The rounds before those that count.</summary>
    public const int Warmup = 3;

    /// <summary>Times each action in every round.</summary>
    public static Times[] Alternating(int rounds, params Action[] actions) =>
        Prepared(rounds, Warmup, [.. actions.Select(static action => (Func<Action>)(() => action))]);

    /// <summary>Times what each action, once prepared, does, after so many rounds that are not timed.</summary>
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

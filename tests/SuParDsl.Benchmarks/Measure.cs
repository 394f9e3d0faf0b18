using System.Diagnostics;

namespace SuParDsl.Benchmarks;

/// <summary>The times of one thing over several rounds, in milliseconds.</summary>
internal sealed record Times(double[] Rounds)
{
    public double Median => Quantile(Rounds, 0.5);

    public static double Quantile(IEnumerable<double> values, double at)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round(at * (sorted.Length - 1))];
    }
}

/// <summary>Times things against each other in one run, alternating, so that the machine's moods fall on all.</summary>
internal static class Measure
{
    public static Times[] Alternating(int rounds, params Action[] actions) =>
        Prepared(rounds, [.. actions.Select(static action => (Func<Action>)(() => action))]);

    /// <summary>Times what each action, once prepared, does.</summary>
    public static Times[] Prepared(int rounds, params Func<Action>[] actions)
    {
        const int Warmup = 3;
        var times = actions.Select(_ => new double[rounds]).ToArray();
        for (var round = -Warmup; round < rounds; round++)
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

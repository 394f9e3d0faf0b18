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
        Prepared(rounds, warmup: 3, [.. actions.Select(static action => (Func<Action>)(() => action))]);

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

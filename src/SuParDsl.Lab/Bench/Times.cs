namespace SuParDsl.Lab.Bench;

/// <summary>The times of one action over several rounds, in milliseconds.</summary>
internal sealed record Times(double[] Rounds)
{
    /// <summary>The median.</summary>
    public double Median => Quantile(Rounds, 0.5);

    /// <summary>A quantile of some values: the value below which the fraction <paramref name="at"/> of them lies.</summary>
    public static double Quantile(IEnumerable<double> values, double at)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round(at * (sorted.Length - 1))];
    }
}

/// <summary>The ratio of the times of two actions: median and quartiles over the rounds.</summary>
internal sealed record SpeedRatio(double Median, double LowerQuartile, double UpperQuartile)
{
    /// <summary>
    /// The speed-up over a baseline. A ratio is taken in each round, because both actions were timed at nearly the same moment.
    /// </summary>
    public static SpeedRatio Of(Times own, Times baseline)
    {
        var ratios = baseline.Rounds.Zip(own.Rounds, static (other, o) => other / o).ToArray();
        return new(Times.Quantile(ratios, 0.5), Times.Quantile(ratios, 0.25), Times.Quantile(ratios, 0.75));
    }
}

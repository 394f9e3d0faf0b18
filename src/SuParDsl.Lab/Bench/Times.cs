namespace SuParDsl.Lab.Bench;

/// <summary>The times of one thing over several rounds, in milliseconds.</summary>
internal sealed record Times(double[] Rounds)
{
    /// <summary>The middle one.</summary>
    public double Median => Quantile(Rounds, 0.5);

    /// <summary>The value below which a share of some values lies.</summary>
    public static double Quantile(IEnumerable<double> values, double at)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round(at * (sorted.Length - 1))];
    }
}

/// <summary>How many times as long one thing took as another: median and quartiles over the rounds.</summary>
internal sealed record SpeedRatio(double Median, double LowerQuartile, double UpperQuartile)
{
    /// <summary>How many times as fast something is as its baseline. A ratio a round: both were timed a moment apart.</summary>
    public static SpeedRatio Of(Times own, Times baseline)
    {
        var ratios = baseline.Rounds.Zip(own.Rounds, static (other, o) => other / o).ToArray();
        return new(Times.Quantile(ratios, 0.5), Times.Quantile(ratios, 0.25), Times.Quantile(ratios, 0.75));
    }
}

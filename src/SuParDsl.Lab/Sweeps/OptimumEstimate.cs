using MathNet.Numerics.Distributions;

namespace SuParDsl.Lab.Sweeps;

/// <summary>What a curve says of its optimum.</summary>
internal enum OptimumVerdict
{
    /// <summary>The optimum is between values that are worse.</summary>
    Inside,

    /// <summary>The best value is the smallest or the largest that was swept.</summary>
    Edge,

    /// <summary>The best value is next to one at which a run diverged.</summary>
    NextToDivergence,

    /// <summary>The losses differ by less than seeds do.</summary>
    Flat,

    /// <summary>A run diverged at every value.</summary>
    AllDiverged,
}

/// <summary>A verdict on a curve's optimum, judged by the variance between seeds.</summary>
/// <remarks>
/// The variance is that of the losses of one value after the seeds' own means are taken away: a seed whose losses are all higher
/// does not move the optimum. It is taken from the values near the best one, because noise grows towards divergence.
/// </remarks>
/// <param name="Verdict">The verdict.</param>
/// <param name="Low">
/// Inside: the lower end of the 95 % confidence interval. Flat: the smallest of the equal values. Next to divergence: the smaller
/// one of the best and the diverged value. Edge: the best value. NaN if unknown.
/// </param>
/// <param name="High">The upper end.</param>
/// <param name="Reach">How far points may be from the best one for the fit, in octaves.</param>
internal sealed record OptimumEstimate(
    OptimumVerdict Verdict, double Low = double.NaN, double High = double.NaN, double Reach = LocalParabola.Reach)
{
    private const double Error = 0.05;

    // With two or three seeds, the quantiles of small tails are so large that no value would differ from any other.
    private const int LeastFreedom = 8;

    // Farther points bend the fit where the curve is no parabola, and help where seeds differ.
    private static readonly double[] Reaches = [LocalParabola.Reach, 1.5];

    /// <summary>Judges a curve.</summary>
    /// <param name="values">The values in ascending order.</param>
    public static OptimumEstimate Of(IReadOnlyList<SweepValue> values)
    {
        var finite = values.Where(static at => at.Diverged == 0 && at.Losses.Count > 0).ToList();
        if (finite.Count == 0)
        {
            return new(OptimumVerdict.AllDiverged);
        }

        var best = Enumerable.Range(0, finite.Count).MinBy(i => finite[i].Mean);
        var noise = Noise.Of(Near(finite, best));

        // Any two of the values might have been the best and the worst, so that each pair has a fraction of the error
        // (Bonferroni).
        var (from, to) = Indistinguishable(
            finite, best, noise, Error / Math.Max(1, finite.Count * (finite.Count - 1) / 2), LeastFreedom);
        if (finite.Count > 2 && from == 0 && to == finite.Count - 1)
        {
            return new(OptimumVerdict.Flat, finite[0].Value, finite[^1].Value);
        }

        var place = values.ToList().IndexOf(finite[best]);
        if (place == 0 || place == values.Count - 1)
        {
            return new(OptimumVerdict.Edge, finite[best].Value, finite[best].Value);
        }

        if (best == 0 || values[place - 1] != finite[best - 1])
        {
            return new(OptimumVerdict.NextToDivergence, values[place - 1].Value, finite[best].Value);
        }

        if (best == finite.Count - 1 || values[place + 1] != finite[best + 1])
        {
            return new(OptimumVerdict.NextToDivergence, finite[best].Value, values[place + 1].Value);
        }

        if (noise is null)
        {
            return new(OptimumVerdict.Inside);
        }

        var near = Indistinguishable(finite, best, noise, Error, least: 1);
        return Reaches.Select(reach => Inside(finite, best, near, reach)).FirstOrDefault(static estimate => estimate is not null)
            ?? (to - from > 1
                ? new(OptimumVerdict.Flat, finite[from].Value, finite[to].Value, Reaches[^1])
                : new(OptimumVerdict.Inside, Reach: Reaches[^1]));
    }

    // The interval of a fit; null if it has no ends among the points that the fit uses, or if points beyond them are as good as
    // the best one. The curvature must be above 0 with a fraction of the error, because two fits are tried (Bonferroni). Where
    // the means are no parabola, or its vertex is not beside the best value, the interval reaches to the nearest worse values.
    private static OptimumEstimate? Inside(List<SweepValue> finite, int best, (int From, int To) near, double reach)
    {
        var (first, last) = LocalParabola.Range([.. finite.Select(static at => at.Value)], best, reach);
        var fit = LocalParabola.Near([.. finite.Select(static at => (at.Value, at.Mean))], best, reach);
        if (near.From < first || near.To > last || Noise.Of(finite[first..(last + 1)]) is not { } noise)
        {
            return null;
        }

        var vertex = Math.Pow(2, fit.Vertex);
        if ((fit.HasMinimum && (vertex < finite[best - 1].Value || vertex > finite[best + 1].Value))
            || noise.IsExceeded(
                finite[first..(last + 1)].Sum(at => Square(at.Mean - fit.At(Math.Log2(at.Value)))), last - first - 2))
        {
            return near.From > 0 && near.To < finite.Count - 1
                ? new(OptimumVerdict.Inside, finite[near.From - 1].Value, finite[near.To + 1].Value, Reach: 0) : null;
        }

        return fit.Interval(noise.Quantile(Error / 2 / Reaches.Length) * noise.OfMean) is not null
            && fit.Interval(noise.Quantile(Error / 2) * noise.OfMean) is var (low, high)
            && low >= fit.Low
            && high <= fit.High
            ? new(OptimumVerdict.Inside, Math.Pow(2, low), Math.Pow(2, high), reach)
            : null;
    }

    private static double Square(double x) => x * x;

    // The values that the first fit uses, and at least five.
    private static List<SweepValue> Near(List<SweepValue> values, int best)
    {
        const int Least = 5;
        var (first, last) = LocalParabola.Range([.. values.Select(static at => at.Value)], best, LocalParabola.Reach);
        while (last - first + 1 < Math.Min(Least, values.Count))
        {
            (first, last) = (Math.Max(0, first - 1), Math.Min(values.Count - 1, last + 1));
        }

        return values[first..(last + 1)];
    }

    // The values around the best one whose losses are not larger by more than a difference of seeds' means may be.
    private static (int From, int To) Indistinguishable(
        List<SweepValue> values, int best, Noise? noise, double tail, int least)
    {
        var most = values[best].Mean + (noise is null ? 0 : noise.Quantile(tail, least) * Math.Sqrt(2) * noise.OfMean);
        var (from, to) = (best, best);
        while (from > 0 && values[from - 1].Mean <= most)
        {
            from--;
        }

        while (to < values.Count - 1 && values[to + 1].Mean <= most)
        {
            to++;
        }

        return (from, to);
    }

    /// <summary>The noise of losses.</summary>
    /// <param name="OfMean">The standard error of a mean over the seeds.</param>
    /// <param name="Freedom">Its degrees of freedom.</param>
    private sealed record Noise(double OfMean, int Freedom)
    {
        // Returns null unless at least two seeds are finished at each of at least two values.
        public static Noise? Of(List<SweepValue> values)
        {
            var seeds = values.Select(static at => at.Losses.Keys).Aggregate(static IEnumerable<long> (a, b) => a.Intersect(b))
                .ToList();
            var freedom = (seeds.Count - 1) * (values.Count - 1);
            if (freedom < 1)
            {
                return null;
            }

            var rows = values.Select(at => seeds.Average(seed => at.Losses[seed])).ToList();
            var columns = seeds.Select(seed => values.Average(at => at.Losses[seed])).ToList();
            var all = rows.Average();
            var sum = values.Zip(rows).Sum(
                row => seeds.Zip(columns).Sum(
                    column => Math.Pow(row.First.Losses[column.First] - row.Second - column.Second + all, 2)));
            return new(Math.Sqrt(sum / freedom / seeds.Count), freedom);
        }

        // Whether means lie farther from a fit than the seeds explain (F test).
        public bool IsExceeded(double squares, int freedom) => freedom > 0
            && squares / freedom > OfMean * OfMean * FisherSnedecor.InvCDF(freedom, Freedom, 1 - Error);

        public double Quantile(double tail, int least = 1) =>
            StudentT.InvCDF(0, 1, Math.Max(Freedom, least), 1 - tail);
    }
}

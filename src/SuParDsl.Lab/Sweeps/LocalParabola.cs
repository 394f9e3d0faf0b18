namespace SuParDsl.Lab.Sweeps;

/// <summary>
/// A parabola over log₂ of a hyperparameter through the losses near the smallest one, by least squares. It passes through the
/// points where there are three of them.
/// </summary>
internal sealed class LocalParabola
{
    /// <summary>
    /// How far a point may be from the best one, in octaves, if nothing is known of the noise. Its direct neighbors always count.
    /// </summary>
    public const double Reach = 0.75;

    // loss = mean + slope · p₁ + curvature · p₂, with the orthogonal polynomials p₁ = x − center and
    // p₂ = p₁² − skew · p₁ − offset.
    private readonly double center, mean, slope, curvature, skew, offset, slopeWeight, curvatureWeight;

    private LocalParabola(IReadOnlyList<(double X, double Y)> points)
    {
        (Low, High) = (points[0].X, points[^1].X);
        center = points.Average(static p => p.X);
        mean = points.Average(static p => p.Y);
        double[] first = [.. points.Select(p => p.X - center)];
        slopeWeight = first.Sum(static p => p * p);
        skew = first.Sum(static p => p * p * p) / slopeWeight;
        offset = slopeWeight / first.Length;
        double[] second = [.. first.Select(p => (p * p) - (skew * p) - offset)];
        curvatureWeight = second.Sum(static p => p * p);
        slope = points.Zip(first).Sum(static p => p.First.Y * p.Second) / slopeWeight;
        curvature = points.Zip(second).Sum(static p => p.First.Y * p.Second) / curvatureWeight;
    }

    /// <summary>log₂ of the smallest value that is fitted.</summary>
    public double Low { get; }

    /// <summary>log₂ of the largest value that is fitted.</summary>
    public double High { get; }

    /// <summary>Whether the parabola opens upwards, so that it has a minimum.</summary>
    public bool HasMinimum => curvature > 0;

    /// <summary>log₂ of the value with the smallest loss.</summary>
    public double Vertex => center + ((skew - (slope / curvature)) / 2);

    /// <summary>Fits the points near the best one.</summary>
    /// <param name="points">The values in ascending order with their losses.</param>
    /// <param name="best">The index of the best point, which has a neighbor on each side.</param>
    /// <param name="reach">How far a point may be from the best one, in octaves.</param>
    public static LocalParabola Near(IReadOnlyList<(double Value, double Loss)> points, int best, double reach)
    {
        var (first, last) = Range([.. points.Select(static p => p.Value)], best, reach);
        return new([.. Enumerable.Range(first, last - first + 1).Select(i => (Math.Log2(points[i].Value), points[i].Loss))]);
    }

    /// <summary>The indices of the first and the last point that the fit uses.</summary>
    /// <param name="values">The values in ascending order.</param>
    /// <param name="best">The index of the best one.</param>
    /// <param name="reach">How far a point may be from the best one, in octaves.</param>
    public static (int First, int Last) Range(IReadOnlyList<double> values, int best, double reach)
    {
        var (first, last) = (Math.Max(0, best - 1), Math.Min(values.Count - 1, best + 1));
        while (first > 0 && IsNear(first - 1))
        {
            first--;
        }

        while (last < values.Count - 1 && IsNear(last + 1))
        {
            last++;
        }

        return (first, last);

        bool IsNear(int index) => Math.Abs(Math.Log2(values[index] / values[best])) <= reach + 1e-9;
    }

    /// <summary>The loss of the parabola.</summary>
    /// <param name="x">log₂ of the hyperparameter.</param>
    public double At(double x)
    {
        var first = x - center;
        return mean + (slope * first) + (curvature * ((first * first) - (skew * first) - offset));
    }

    /// <summary>
    /// The places at which the slope of the parabola does not differ from 0 by more than its error (Fieller's interval).
    /// </summary>
    /// <param name="error">The largest error of a loss that counts: a quantile times its standard error.</param>
    /// <returns>The interval over log₂ of the hyperparameter; null if it has no ends, because the curvature may be 0.</returns>
    public (double Low, double High)? Interval(double error)
    {
        // The slope at x is slope + curvature · w with w = 2 · p₁ − skew. Its two parts have independent errors.
        var square = error * error;
        var (a, b, c) = (
            (curvature * curvature) - (square / curvatureWeight), slope * curvature, (slope * slope) - (square / slopeWeight));
        if (a <= 0 || curvature <= 0)
        {
            return null;
        }

        var root = Math.Sqrt(Math.Max(0, (b * b) - (a * c)));
        return (Place((-b - root) / a), Place((-b + root) / a));

        double Place(double w) => center + ((w + skew) / 2);
    }
}

using System.Collections.Immutable;
using MathNet.Numerics.Distributions;
using SuParDsl.Checks;

namespace SuParDsl.Lab.Checks;

/// <summary>A slope of log₂ mean |activation| against log₂ size, with what its seeds say of its error.</summary>
/// <param name="Layer">The kind of layer.</param>
/// <param name="Step">The step.</param>
/// <param name="Value">The least-squares slope through the means over seeds.</param>
/// <param name="StandardError">The standard error of the slope; NaN for one seed.</param>
/// <param name="Freedom">The degrees of freedom of the standard error.</param>
/// <param name="MayShrink">
/// Whether only growth is a fault: logits of µP shrink with the width until the readout is trained.
/// </param>
internal sealed record SlopeEstimate(
    string Layer, int Step, double Value, double StandardError, int Freedom, bool MayShrink = false)
{
    /// <summary>How far the slope is on the wrong side of 0.</summary>
    public double Excess => MayShrink ? Value : Math.Abs(Value);

    /// <summary>The estimates of every kind of layer at every step.</summary>
    /// <remarks>
    /// The variance is that of log₂ mean |activation| between seeds of one size, pooled over the sizes. A curve that is not a
    /// straight line does not count as noise.
    /// </remarks>
    /// <param name="points">The measurements.</param>
    /// <param name="mayShrink">Whether only growth of a kind of layer is a fault.</param>
    public static ImmutableArray<SlopeEstimate> Of(IEnumerable<CoordinatePoint> points, Func<string, bool> mayShrink) =>
    [
        .. points.GroupBy(static p => (p.Layer, p.Step)).Where(static group => group.DistinctBy(static p => p.Size).Count() > 1)
            .Select(group => Of(group.Key.Layer, group.Key.Step, [.. group], mayShrink(group.Key.Layer))),
    ];

    /// <summary>The half width of a confidence interval.</summary>
    /// <param name="tail">The probability on each side of a two-sided interval, or on the one side of a one-sided one.</param>
    /// <returns>0 where all seeds agree; infinity for one seed.</returns>
    public double HalfWidth(double tail) => StandardError switch
    {
        0 => 0,
        _ when Freedom == 0 => double.PositiveInfinity,
        _ => StudentT.InvCDF(0, 1, Freedom, 1 - tail) * StandardError,
    };

    private static SlopeEstimate Of(string layer, int step, CoordinatePoint[] points, bool mayShrink)
    {
        // A layer that starts at zero, as some readouts do, is zero at every size.
        if (points.All(static p => p.Value == 0))
        {
            return new(layer, step, 0, 0, 0, mayShrink);
        }

        var sizes = points.GroupBy(static p => p.Size)
            .Select(static size => (X: Math.Log2(size.Key), Y: size.Select(static p => Math.Log2(p.Value)).ToArray())).ToArray();
        var freedom = sizes.Sum(static size => size.Y.Length - 1);
        var variance = sizes.Sum(static size => size.Y.Sum(y => Square(y - size.Y.Average()))) / freedom;
        var mean = sizes.Average(static size => size.X);
        var spread = sizes.Sum(size => Square(size.X - mean));
        var slope = sizes.Sum(size => (size.X - mean) * size.Y.Average()) / spread;
        var error = sizes.Sum(size => Square((size.X - mean) / spread) * variance / size.Y.Length);
        return new(layer, step, slope, freedom == 0 ? double.NaN : Math.Sqrt(error), freedom, mayShrink);
    }

    private static double Square(double x) => x * x;
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SuParDsl.Checks;

/// <summary>One measurement of one model.</summary>
/// <param name="Step">The number of steps taken before the measurement.</param>
/// <param name="Layer">The layer's full name.</param>
/// <param name="Value">Mean |activation| of the layer's output.</param>
/// <param name="Change">Mean |activation − activation at step 0| on the same inputs.</param>
public sealed record CoordinateMeasurement(int Step, string Layer, double Value, double Change);

/// <summary>One measurement of a coordinate check.</summary>
/// <param name="Size">The size that varies.</param>
/// <param name="Seed">The model's seed.</param>
/// <param name="Step">The step, 0 before any update.</param>
/// <param name="Layer">The layer's full name.</param>
/// <param name="Value">Mean |activation| of the layer's output.</param>
/// <param name="Change">Mean |activation − activation at step 0| on the same inputs.</param>
public sealed record CoordinatePoint(double Size, int Seed, int Step, string Layer, double Value, double Change);

/// <summary>How one layer's mean |activation|, or its change, scales with the size at one step.</summary>
/// <param name="Layer">The layer's full name.</param>
/// <param name="Step">The step.</param>
/// <param name="Value">The slope of log₂ of that mean, averaged over seeds, against log₂ size. The ideal is 0.</param>
/// <param name="Spread">The standard deviation of the slope over seeds.</param>
public sealed record CoordinateSlope(string Layer, int Step, double Value, double Spread);

/// <summary>The measurements of a coordinate check.</summary>
/// <param name="Axis">The name of the size that varies.</param>
/// <param name="Points">Every measurement.</param>
public sealed partial record CoordinateReport(string Axis, ImmutableArray<CoordinatePoint> Points)
{
    /// <summary>The slope of every layer's mean |activation| at every step.</summary>
    public ImmutableArray<CoordinateSlope> Slopes { get; } = SlopesOf(Points, static p => p.Value);

    /// <summary>The slope of every layer's change since step 0, from step 1 on.</summary>
    public ImmutableArray<CoordinateSlope> ChangeSlopes { get; } =
        SlopesOf(Points.Where(static p => p.Step > 0), static p => p.Change);

    /// <summary>The slope that is farthest from 0. NaN counts as farthest.</summary>
    public CoordinateSlope Worst =>
        Slopes.MaxBy(static slope => double.IsNaN(slope.Value) ? double.PositiveInfinity : Math.Abs(slope.Value))!;

    /// <summary>
    /// The layers that models of different depths have in common: those of each stack's last block, as in
    /// <c>Blocks.last.Attn.Proj</c>, and those outside stacks. Block 3 of 4 and block 3 of 16 cannot be compared: they are at
    /// different relative depths, and a residual stream that grows along its blocks differs there by design.
    /// </summary>
    public CoordinateReport AtLastBlocks() => new(Axis,
    [
        .. Points.GroupBy(static p => p.Size).SelectMany(static model =>
        {
            var last = model.Select(static p => p.Layer).Distinct().SelectMany(Places).GroupBy(static place => place.Stack)
                .ToDictionary(static stack => stack.Key, static stack => stack.Max(static place => place.Index));
            return model.Where(p => Places(p.Layer).All(place => place.Index == last[place.Stack]))
                .Select(static p => p with { Layer = BlockIndex().Replace(p.Layer, ".last") });
        }),
    ]);

    /// <summary>Throws when any layer's slope is farther from 0 than a threshold at any step.</summary>
    /// <exception cref="InvalidOperationException">
    /// A slope exceeds the threshold. The message names the layer, the step and the slope.
    /// </exception>
    public CoordinateReport ThrowIfSlopeAbove(double threshold)
    {
        var worst = Worst;
        return Math.Abs(worst.Value) <= threshold ? this : throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"mean |activation| of {worst.Layer} scales with {Axis}^{worst.Value:F2} at step {worst.Step} "
            + $"(spread {worst.Spread:F2} over seeds): at most ±{threshold} is allowed"));
    }

    /// <summary>The measurements as comma-separated values.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder($"{Axis},seed,step,layer,mean_abs,mean_abs_change\n");
        foreach (var p in Points)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{p.Size},{p.Seed},{p.Step},{p.Layer},{p.Value:R},{p.Change:R}\n");
        }

        return csv.ToString();
    }

    private static ImmutableArray<CoordinateSlope> SlopesOf(
        IEnumerable<CoordinatePoint> points, Func<CoordinatePoint, double> value) =>
    [
        // A layer that only the deepest model has was measured at one size and has no slope.
        .. points.GroupBy(static p => (p.Layer, p.Step)).Where(static group => group.DistinctBy(static p => p.Size).Count() > 1)
            .Select(group => new CoordinateSlope(
                group.Key.Layer, group.Key.Step,
                Slope([.. group.GroupBy(static p => p.Size).Select(size => (size.Key, size.Average(value)))]),
                Spread([.. group.GroupBy(static p => p.Seed).Select(seed => Slope([.. seed.Select(p => (p.Size, value(p)))]))]))),
    ];

    private static double Slope((double Size, double Value)[] points)
    {
        // A layer that starts at zero, as some readouts do, is zero at every size.
        if (points.All(static p => p.Value == 0))
        {
            return 0;
        }

        var logs = points.Select(static p => (X: Math.Log2(p.Size), Y: Math.Log2(p.Value))).ToArray();
        var (meanX, meanY) = (logs.Average(static p => p.X), logs.Average(static p => p.Y));
        return logs.Sum(p => (p.X - meanX) * (p.Y - meanY)) / logs.Sum(p => (p.X - meanX) * (p.X - meanX));
    }

    private static double Spread(double[] slopes)
    {
        var mean = slopes.Average();
        return slopes.Length < 2 ? 0 : Math.Sqrt(slopes.Sum(slope => (slope - mean) * (slope - mean)) / (slopes.Length - 1));
    }

    // Blocks.3.Inner.1.Norm → (Blocks, 3), (Blocks.3.Inner, 1).
    private static IEnumerable<(string Stack, int Index)> Places(string layer) =>
        BlockIndex().Matches(layer)
            .Select(match => (layer[..match.Index], int.Parse(match.ValueSpan[1..], CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"\.\d+(?=\.|$)")]
    private static partial Regex BlockIndex();
}

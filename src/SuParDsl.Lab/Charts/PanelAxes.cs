using System.Globalization;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Charts;

/// <summary>The axes of a row of panels. Positions are fractions of the panel, from 0 at the left or at the bottom.</summary>
internal sealed class PanelAxes
{
    private const int SmallestFraction = -7;

    private readonly bool hasLogY;
    private readonly (double Low, double High) x, y;

    private PanelAxes(bool hasLogY, (double Low, double High) x, (double Low, double High) y) => (this.hasLogY, this.x, this.y) = (hasLogY, x, y);

    /// <summary>Positions and labels of the horizontal axis: powers of two.</summary>
    public IEnumerable<(double At, string Text)> XTicks => Powers(x, 7);

    /// <summary>Positions and labels of the vertical axis.</summary>
    public IEnumerable<(double At, string Text)> YTicks => hasLogY
        ? Powers(y, 6)
        : Ticks.Within(y.Low, y.High, 5).Select(tick => (Share(tick, y), Math.Round(tick, 10).ToString("G6", CultureInfo.InvariantCulture)));

    /// <summary>The axes that contain some points.</summary>
    public static PanelAxes Around(IReadOnlyList<ChartPoint> points, bool hasLogY)
    {
        var finite = points.Where(p => IsUsable(p, hasLogY)).DefaultIfEmpty(new(1, 1)).ToList();
        var ys = finite.Select(p => hasLogY ? Math.Log2(p.Y) : p.Y).ToList();
        return new(
            hasLogY,
            Wide(finite.Min(static p => Math.Log2(p.X)), finite.Max(static p => Math.Log2(p.X)), 0.15),
            hasLogY ? Wide(Math.Floor(ys.Min()), Math.Ceiling(ys.Max()), 0) : Ticks.Around(ys.Min(), ys.Max(), 5));
    }

    /// <summary>Whether a point can be drawn.</summary>
    public bool Holds(ChartPoint p) => IsUsable(p, hasLogY);

    /// <summary>A point's horizontal position.</summary>
    public double X(ChartPoint p) => Share(Math.Log2(p.X), x);

    /// <summary>A point's vertical position.</summary>
    public double Y(ChartPoint p) => Share(hasLogY ? Math.Log2(p.Y) : p.Y, y);

    private static bool IsUsable(ChartPoint p, bool hasLogY) => double.IsFinite(p.Y) && (!hasLogY || p.Y > 0);

    private static IEnumerable<(double At, string Text)> Powers((double Low, double High) range, int wanted)
    {
        var step = Math.Max(1, (int)Math.Ceiling((range.High - range.Low) / wanted));
        for (var power = (int)Math.Ceiling(range.Low - 1e-9); power <= range.High + 1e-9; power += step)
        {
            // Use one notation along an axis: 1/16 beside 2⁻⁹ would mix two.
            yield return (Share(power, range), range.Low < SmallestFraction ? Numbers.Power(power) : Numbers.Text(Math.Pow(2, power)));
        }
    }

    private static double Share(double value, (double Low, double High) range) => (value - range.Low) / (range.High - range.Low);

    private static (double Low, double High) Wide(double low, double high, double margin) =>
        high > low ? (low - margin, high + margin) : (low - 1, high + 1);
}

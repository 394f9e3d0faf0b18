using System.Globalization;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Charts;

/// <summary>A tick of an axis.</summary>
/// <param name="At">Its position as a fraction of the axis, from the left or from the bottom.</param>
/// <param name="Text">Its label.</param>
internal readonly record struct Tick(double At, string Text);

/// <summary>The axes of a row of panels. Positions are fractions of the panel, from 0 at the left or at the bottom.</summary>
internal sealed class PanelAxes
{
    private const int SmallestFraction = -7;
    private const int WantedPowersX = 7, WantedPowersY = 6;

    private readonly bool hasLogX, hasLogY;
    private readonly (double Low, double High) x, y;

    private PanelAxes(bool hasLogX, bool hasLogY, (double Low, double High) x, (double Low, double High) y, FigureSize size)
    {
        (this.hasLogX, this.hasLogY, this.x, this.y) = (hasLogX, hasLogY, x, y);
        XTicks = Spaced(hasLogX ? Powers(x, WantedPowersX) : Round(x, size.XTicks), size);
        YTicks = [.. hasLogY ? Powers(y, WantedPowersY) : Round(y, size.YTicks)];
    }

    /// <summary>The ticks of the horizontal axis, as many as have room for their labels.</summary>
    public IReadOnlyList<Tick> XTicks { get; }

    /// <summary>The ticks of the vertical axis.</summary>
    public IReadOnlyList<Tick> YTicks { get; }

    /// <summary>The axes that contain some points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="hasLogX">Whether the horizontal axis is log₂ instead of linear.</param>
    /// <param name="hasLogY">Whether the vertical axis is log₂ instead of linear.</param>
    /// <param name="size">The sizes of panels and letters.</param>
    public static PanelAxes Around(IReadOnlyList<ChartPoint> points, bool hasLogX, bool hasLogY, FigureSize size)
    {
        var finite = points.Where(p => IsUsable(p, hasLogX, hasLogY)).DefaultIfEmpty(new(1, 1)).ToList();
        var xs = finite.Select(p => hasLogX ? Math.Log2(p.X) : p.X).ToList();
        var ys = finite.Select(p => hasLogY ? Math.Log2(p.Y) : p.Y).ToList();
        return new(
            hasLogX,
            hasLogY,
            hasLogX ? Wide(xs.Min(), xs.Max(), 0.15) : (Math.Min(0, xs.Min()), Math.Max(1, xs.Max())),
            hasLogY ? Wide(Math.Floor(ys.Min()), Math.Ceiling(ys.Max()), 0) : Ticks.Around(ys.Min(), ys.Max(), size.YTicks),
            size);
    }

    /// <summary>Whether a point can be drawn.</summary>
    public bool Holds(ChartPoint p) => IsUsable(p, hasLogX, hasLogY);

    /// <summary>A point's horizontal position.</summary>
    public double X(ChartPoint p) => Share(hasLogX ? Math.Log2(p.X) : p.X, x);

    /// <summary>A point's vertical position.</summary>
    public double Y(ChartPoint p) => Share(hasLogY ? Math.Log2(p.Y) : p.Y, y);

    /// <summary>A point's horizontal value in the notation of the axis.</summary>
    public string XText(double value) => hasLogX ? Numbers.Text(value) : Number(value);

    private static bool IsUsable(ChartPoint p, bool hasLogX, bool hasLogY) =>
        double.IsFinite(p.Y) && (!hasLogX || p.X > 0) && (!hasLogY || p.Y > 0);

    private static IEnumerable<Tick> Round((double Low, double High) range, int wanted) =>
        Ticks.Within(range.Low, range.High, wanted).Select(tick => new Tick(Share(tick, range), Number(tick)));

    private static IEnumerable<Tick> Powers((double Low, double High) range, int wanted)
    {
        var step = Math.Max(1, (int)Math.Ceiling((range.High - range.Low) / wanted));
        for (var power = (int)Math.Ceiling(range.Low - 1e-9); power <= range.High + 1e-9; power += step)
        {
            // Use one notation along an axis: 1/16 beside 2⁻⁹ would mix two.
            var isSmall = range.Low < SmallestFraction;
            yield return new(Share(power, range), isSmall ? Numbers.Power(power) : Numbers.Text(Math.Pow(2, power)));
        }
    }

    // Ticks are at equal distances. Every second or third of them is kept where the labels of all would touch.
    private static Tick[] Spaced(IEnumerable<Tick> ticks, FigureSize size)
    {
        var all = ticks.ToArray();
        if (all.Length < 2)
        {
            return all;
        }

        var room = (all[1].At - all[0].At) * size.PanelWidth;
        var stride = (int)Math.Ceiling((all.Max(tick => size.Width(tick.Text)) + size.Letter / 2) / room);
        return [.. all.Where((_, i) => i % stride == 0)];
    }

    private static double Share(double value, (double Low, double High) range) => (value - range.Low) / (range.High - range.Low);

    private static (double Low, double High) Wide(double low, double high, double margin) =>
        high > low ? (low - margin, high + margin) : (low - 1, high + 1);

    private static string Number(double value) => Math.Round(value, 10).ToString("G6", CultureInfo.InvariantCulture);
}

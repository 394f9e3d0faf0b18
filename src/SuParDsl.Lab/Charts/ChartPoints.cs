namespace SuParDsl.Lab.Charts;

/// <summary>Prepares points for a line.</summary>
internal static class ChartPoints
{
    // More points than pixels would only make the file larger.
    private const int MaxPoints = 400;

    /// <summary>Replaces equal groups of consecutive points by their means.</summary>
    public static ChartPoint[] Thin(ChartPoint[] points) =>
    [
        .. points.Chunk(Math.Max(1, (points.Length + MaxPoints - 1) / MaxPoints))
            .Select(static chunk => new ChartPoint(chunk.Average(static p => p.X), chunk.Average(static p => p.Y))),
    ];
}

namespace SuParDsl.Lab.Sweeps;

/// <summary>The best value of a swept hyperparameter.</summary>
/// <param name="Value">The value with the smallest loss.</param>
/// <param name="Loss">The loss at that value.</param>
/// <param name="IsAtEdge">Whether the best point has no neighbor on one side, so that the optimum may lie beyond it.</param>
internal sealed record Optimum(double Value, double Loss, bool IsAtEdge)
{
    /// <summary>
    /// Returns the vertex of the parabola through the best point and its neighbors, over log₂ of the hyperparameter.
    /// </summary>
    /// <param name="points">The values in ascending order with their losses, without diverged points.</param>
    /// <returns>The optimum; null if there are no points.</returns>
    public static Optimum? Of(IReadOnlyList<(double Value, double Loss)> points)
    {
        if (points.Count == 0)
        {
            return null;
        }

        var best = Enumerable.Range(0, points.Count).MinBy(i => points[i].Loss);
        if (best == 0 || best == points.Count - 1)
        {
            return new(points[best].Value, points[best].Loss, IsAtEdge: true);
        }

        var (x0, y0) = (Math.Log2(points[best - 1].Value), points[best - 1].Loss);
        var (x1, y1) = (Math.Log2(points[best].Value), points[best].Loss);
        var (x2, y2) = (Math.Log2(points[best + 1].Value), points[best + 1].Loss);
        var left = (y1 - y0) / (x1 - x0);
        var curvature = (((y2 - y1) / (x2 - x1)) - left) / (x2 - x0);
        if (curvature <= 0)
        {
            return new(points[best].Value, y1, IsAtEdge: false);
        }

        var x = ((x0 + x1) / 2) - (left / (2 * curvature));
        var loss = y0 + (left * (x - x0)) + (curvature * (x - x0) * (x - x1));

        // Where the losses differ by orders of magnitude, the parabola may fall below zero, which no loss above zero does.
        return new(Math.Pow(2, x), loss <= 0 && y1 > 0 ? y1 : loss, IsAtEdge: false);
    }
}

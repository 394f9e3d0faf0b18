namespace SuParDsl.Lab.Sweeps;

/// <summary>The best value of a swept hyperparameter.</summary>
/// <param name="Value">The value with the smallest loss.</param>
/// <param name="Loss">The loss at that value.</param>
/// <param name="IsAtEdge">Whether the best point has no neighbor on one side, so that the optimum may lie beyond it.</param>
internal sealed record Optimum(double Value, double Loss, bool IsAtEdge)
{
    /// <summary>
    /// Returns the minimum of the parabola through the points near the best one, over log₂ of the hyperparameter. It lies between
    /// those points.
    /// </summary>
    /// <param name="points">The values in ascending order with their losses, without diverged points.</param>
    /// <param name="reach">How far a point may be from the best one, in octaves.</param>
    /// <returns>The optimum; null if there are no points.</returns>
    public static Optimum? Of(IReadOnlyList<(double Value, double Loss)> points, double reach = LocalParabola.Reach)
    {
        if (points.Count == 0)
        {
            return null;
        }

        var best = Enumerable.Range(0, points.Count).MinBy(i => points[i].Loss);
        var (value, smallest) = points[best];
        if (best == 0 || best == points.Count - 1)
        {
            return new(value, smallest, IsAtEdge: true);
        }

        var fit = LocalParabola.Near(points, best, reach);
        if (!fit.HasMinimum)
        {
            return new(value, smallest, IsAtEdge: false);
        }

        var x = Math.Clamp(fit.Vertex, fit.Low, fit.High);
        var loss = fit.At(x);

        // Where the losses differ by orders of magnitude, the parabola may fall below zero, which no loss above zero does.
        return new(Math.Pow(2, x), loss <= 0 && smallest > 0 ? smallest : loss, IsAtEdge: false);
    }
}

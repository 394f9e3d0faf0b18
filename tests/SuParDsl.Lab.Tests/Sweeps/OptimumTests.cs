using SuParDsl.Lab.Sweeps;

namespace SuParDsl.Lab.Tests.Sweeps;

public sealed class OptimumTests
{
    [Fact]
    public void It_is_the_vertex_of_the_parabola_over_the_logarithm()
    {
        // loss = 1 + (log₂ x + 6.3)²; a fourth point that is off the parabola changes nothing.
        (double Value, double Loss)[] points =
        [
            .. new[] { -8, -7, -6, -5 }.Select(static e => (Math.Pow(2, e), 1 + Math.Pow(e + 6.3, 2))), (Math.Pow(2, -4), 50),
        ];
        var best = Optimum.Of(points)!;
        Assert.Equal(-6.3, Math.Log2(best.Value), 9);
        Assert.Equal(1, best.Loss, 9);
        Assert.False(best.IsAtEdge);
    }

    [Fact]
    public void It_holds_on_an_uneven_grid()
    {
        var points = new[] { -9.0, -5.5, -5.0 }.Select(static e => (Math.Pow(2, e), 2 + (0.5 * Math.Pow(e + 6, 2)))).ToList();
        Assert.Equal(-6, Math.Log2(Optimum.Of(points)!.Value), 9);
    }

    [Fact]
    public void Points_within_three_quarters_of_an_octave_count_by_least_squares()
    {
        // Noise of one point moves the vertex of three neighbors more than that of all seven.
        var points = Enumerable.Range(-6, 13).Select(static i => (Math.Pow(2, i / 4.0), Math.Pow(i / 4.0, 2))).ToList();
        points[7] = (points[7].Item1, points[7].Item2 - 0.02);
        var near = Math.Log2(Optimum.Of(points)!.Value);
        var three = Math.Log2(Optimum.Of([.. points.Where(static (_, i) => i is 5 or 6 or 7)])!.Value);
        Assert.InRange(near, 0.001, three / 2);
        Assert.True(three > 0.02, $"{three}");
    }

    [Fact]
    public void Its_loss_is_not_below_zero_where_the_measured_ones_are_above()
    {
        // The parabola through (0, 2), (1, 0.01) and (2, 0.02) has its vertex at about 1.49 and −0.2.
        var best = Optimum.Of([(1, 2), (2, 0.01), (4, 0.02)])!;
        Assert.Equal(1.4950, Math.Log2(best.Value), 4);
        Assert.Equal(0.01, best.Loss);
    }

    [Fact]
    public void At_the_edge_of_the_grid_it_says_so()
    {
        Assert.Equal(new Optimum(1, 1, IsAtEdge: true), Optimum.Of([(1, 1), (2, 2), (4, 3)]));
        Assert.Equal(new Optimum(4, 1, IsAtEdge: true), Optimum.Of([(1, 3), (2, 2), (4, 1)]));
        Assert.Null(Optimum.Of([]));
    }
}

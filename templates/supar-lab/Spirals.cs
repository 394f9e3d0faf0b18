using SuParDsl.Lab.Data;

namespace SuParLab;

/// <summary>Points on three arms that turn one and a half times around the origin, a little blurred.</summary>
public static class Spirals
{
    /// <summary>The points of a batch, <c>[rows, 2]</c>, and the arms that they lie on, <c>[rows]</c>.</summary>
    public static Batch Points(int rows, int seed)
    {
        var random = new Random(seed);
        var (points, arms) = (new float[2 * rows], new long[rows]);
        for (var i = 0; i < rows; i++)
        {
            arms[i] = random.Next(3);
            var radius = random.NextDouble();
            var angle = 2 * Math.PI * (1.5 * radius + arms[i] / 3.0) + 0.2 * random.NextDouble();
            points[2 * i] = (float)(2 * radius * Math.Cos(angle));
            points[2 * i + 1] = (float)(2 * radius * Math.Sin(angle));
        }

        return new(torch.tensor(points, [rows, 2]), torch.tensor(arms));
    }
}

using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Text;

namespace SuParDsl.Lab.Bench;

/// <summary>A benchmark's results as a table and as a figure.</summary>
internal static class BenchTable
{
    /// <summary>A table with a row for each result.</summary>
    /// <param name="results">The results.</param>
    /// <param name="storage">The selected storage.</param>
    public static TextTable Of(IReadOnlyList<BenchResult> results, Storage storage) => new(
        [
            "width", "density", "compressed", $"{Name(storage)}, ms", "masked, ms", "dense, ms", "× masked (quartiles)",
            "× dense (quartiles)", $"{Name(storage)}, MB", "dense, MB",
        ],
        [
            .. results.Select(static result => (string[])
            [
                result.Width is { } width ? Numbers.Text(width) : "-",
                Numbers.Text(result.Density),
                $"{result.Compressed} of {result.Sparse}",
                $"{result.Stored.Milliseconds:F2}",
                $"{result.Masked.Milliseconds:F2}",
                $"{result.Dense.Milliseconds:F2}",
                Text(result.AgainstMasked),
                Text(result.AgainstDense),
                $"{result.Stored.Megabytes:F2}",
                $"{result.Dense.Megabytes:F2}",
            ]),
        ]);

    /// <summary>A figure of time against density on logarithmic axes, with a panel for each width.</summary>
    /// <param name="results">The results.</param>
    /// <param name="storage">The selected storage.</param>
    /// <param name="title">The title of the figure.</param>
    public static PanelFigure Figure(IReadOnlyList<BenchResult> results, Storage storage, string title)
    {
        var panels = results.GroupBy(static result => result.Width).Select(width => new Panel(
            width.Key is { } value ? $"width {Numbers.Text(value)}" : string.Empty,
            [
                Line(width, "dense", static result => result.Dense),
                Line(width, "masked", static result => result.Masked),
                Line(width, Name(storage), static result => result.Stored),
            ])).ToList();
        return new(title, "density", "ms per training step", Math.Min(3, panels.Count), panels, HasLogY: true);
    }

    private static PanelSeries Line(IEnumerable<BenchResult> results, string name, Func<BenchResult, BenchStep> of) =>
        new(name, [.. results.OrderBy(static result => result.Density)
            .Select(result => new ChartPoint(result.Density, of(result).Milliseconds))]);

    private static string Name(Storage storage) => storage.ToString().ToLowerInvariant();

    private static string Text(SpeedRatio ratio) => $"{ratio.Median:F2} ({ratio.LowerQuartile:F2}-{ratio.UpperQuartile:F2})";
}

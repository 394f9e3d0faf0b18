using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>
/// Charts the densities of a run's masks over its steps and, if it was measured, the fraction q of a full step that each mask
/// lets through.
/// </summary>
internal static class MaskChart
{
    /// <summary>Creates the figure of a run.</summary>
    /// <param name="title">The title of the figure.</param>
    /// <param name="masks">The masks after each update.</param>
    public static PanelFigure Of(string title, IReadOnlyList<MaskState> masks)
    {
        Panel[] panels =
        [
            new("density", Lines(masks, static mask => mask.Density)),
            new(
                "share q of a step",
                Lines([.. masks.Where(static mask => mask.Share is not null)], static mask => mask.Share!.Value)),
        ];
        panels = [.. panels.Where(static panel => panel.Series.Count > 0)];
        return new(title, "step", "share", panels.Length, panels, HasLogY: true) { HasLogX = false };
    }

    private static PanelSeries[] Lines(IReadOnlyList<MaskState> masks, Func<MaskState, double> value) =>
    [
        .. masks.GroupBy(static mask => mask.Tensor).Select(tensor => new PanelSeries(
            tensor.Key, [.. tensor.Select(mask => new ChartPoint(mask.Step, value(mask)))])),
    ];
}

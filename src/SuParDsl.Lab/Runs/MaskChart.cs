using SuParDsl.Lab.Charts;
using SuParDsl.Lab.Training;

namespace SuParDsl.Lab.Runs;

/// <summary>The densities of a run's masks over its steps and, where it was measured, the share q of a full step that each lets through.</summary>
internal static class MaskChart
{
    /// <summary>The figure of a run.</summary>
    /// <param name="title">What the run was.</param>
    /// <param name="masks">Its masks after each update.</param>
    public static PanelFigure Of(string title, IReadOnlyList<MaskState> masks)
    {
        Panel[] panels =
        [
            new("density", Lines(masks, static mask => mask.Density)),
            new("share q of a step", Lines([.. masks.Where(static mask => mask.Share is not null)], static mask => mask.Share!.Value)),
        ];
        panels = [.. panels.Where(static panel => panel.Series.Count > 0)];
        return new(title, "step", "share", panels.Length, panels, HasLogY: true);
    }

    private static PanelSeries[] Lines(IReadOnlyList<MaskState> masks, Func<MaskState, double> value) =>
    [
        .. masks.GroupBy(static mask => mask.Tensor).Select(tensor => new PanelSeries(
            tensor.Key, [.. tensor.Select(mask => new ChartPoint(mask.Step, value(mask)))])),
    ];
}

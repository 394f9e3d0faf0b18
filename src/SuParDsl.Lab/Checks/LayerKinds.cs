using System.Text.RegularExpressions;
using SuParDsl.Checks;

namespace SuParDsl.Lab.Checks;

/// <summary>Groups layers by kind: the same layer of every block is one kind.</summary>
internal static partial class LayerKinds
{
    /// <summary><c>Blocks.3.Attn.Proj</c> → <c>Blocks.*.Attn.Proj</c>.</summary>
    public static string Of(string layer) => Number().Replace(layer, ".*");

    /// <summary>A report with the means over the layers of each kind.</summary>
    public static CoordinateReport Merge(CoordinateReport report) => new(
        report.Axis,
        [
            .. report.Points.GroupBy(static p => (p.Size, p.Seed, p.Step, Kind: Of(p.Layer)))
                .Select(static group => new CoordinatePoint(
                    group.Key.Size, group.Key.Seed, group.Key.Step, group.Key.Kind,
                    group.Average(static p => p.Value), group.Average(static p => p.Change))),
        ]);

    [GeneratedRegex(@"\.\d+(?=\.|$)")]
    private static partial Regex Number();
}

using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Rules;

/// <summary>Says of a layer, in words, what the table says of its tensors.</summary>
internal static class LayerWords
{
    /// <summary>Role, shape, sparsity, start and multipliers of each of the layer's tensors.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="block">The block that it holds; null where it has tensors of its own.</param>
    /// <param name="table">The table of the class.</param>
    public static string Of(string layer, string? block, EquatableArray<TableRow> table)
    {
        var path = layer + ".";
        var rows = table.Where(row => row.Cells[0].StartsWith(path, StringComparison.Ordinal)).ToList();
        return rows.Count == 0 ? "no tensors"
            : block is not null ? $"the tensors of {block}"
            : string.Join("; ", rows.Select(row => Words(row, path.Length)));
    }

    private static string Words(TableRow row, int prefix)
    {
        var (name, role, shape, density, start, rate, forward) =
            (row.Cells[0].Substring(prefix), row.Cells[1], row.Cells[2], row.Cells[4], row.Cells[5], row.Cells[6], row.Cells[7]);
        return $"{name}: {role}, {shape}"
            + (density == "1" ? string.Empty : $", sparse by {density}")
            + (start.StartsWith("σ", StringComparison.Ordinal) ? $", init std {start}" : $", starts as {start}")
            + $", LR × {rate}"
            + (forward == "1" ? string.Empty : $", forward × {forward}");
    }
}

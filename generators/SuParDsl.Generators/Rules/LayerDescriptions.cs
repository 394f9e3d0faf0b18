using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Rules;

/// <summary>Describes the tensors of a layer in words, from the rows of the table.</summary>
internal static class LayerDescriptions
{
    /// <summary>Role, shape, sparsity, start and multipliers of each of the layer's tensors.</summary>
    /// <param name="layer">Its name.</param>
    /// <param name="block">The block that it holds; null where it has tensors of its own.</param>
    /// <param name="rows">The rows of the class's table by layer.</param>
    public static string Of(string layer, string? block, ILookup<string, TableRow> rows) =>
        !rows.Contains(layer) ? "no tensors"
            : block is not null ? $"the tensors of {block}"
            : string.Join("; ", rows[layer].Select(row => $"{row.Tensor.Substring(layer.Length + 1)}: {row.Description}"));

    /// <summary>The rows of a table by the layer that their tensors are in.</summary>
    public static ILookup<string, TableRow> ByLayer(EquatableArray<TableRow> table) =>
        table.ToLookup(
            static row => row.Tensor.IndexOf('.') is > 0 and var dot ? row.Tensor.Substring(0, dot) : string.Empty,
            StringComparer.Ordinal);

    /// <summary>Describes the cells of a row in words.</summary>
    public static string Of(EquatableArray<string> cells)
    {
        var (role, shape, density, start, rate, forward) = (cells[0], cells[1], cells[3], cells[4], cells[5], cells[6]);
        return $"{role}, {shape}"
            + (density == "1" ? string.Empty : $", sparse by {density}")
            + (start.StartsWith("σ", StringComparison.Ordinal) ? $", init std {start}" : $", starts as {start}")
            + $", LR × {rate}"
            + (forward == "1" ? string.Empty : $", forward × {forward}");
    }
}

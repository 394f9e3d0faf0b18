using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints the table of tensors as the comment that opens a file.</summary>
internal static class TableEmitter
{
    private const int Margin = 5;
    private const int Gap = 2;

    public static void Emit(SourceWriter writer, DeclarationModel model)
    {
        if (model.Table.Count == 0)
        {
            return;
        }

        writer.Line(model.Kind == DeclarationKind.Model
            ? $"// {model.Name} under SµPar: every tensor and its multipliers."
            : $"// {model.Name} under SµPar: its tensors and their multipliers, where ₀ marks the base's sizes and densities.");
        writer.Line("//");
        var widths = Widths(model.Table);
        foreach (var row in model.Table)
        {
            Write(writer, row, widths);
        }

        writer.Line();
    }

    /// <summary>The widths of all columns but the last, which is not padded.</summary>
    private static int[] Widths(EquatableArray<TableRow> table)
    {
        var widths = new int[table[0].Cells.Count];
        foreach (var row in table)
        {
            widths[0] = Math.Max(widths[0], row.Tensor.Length);
            for (var i = 1; i < widths.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row.Cells[i - 1].Length);
            }
        }

        return widths;
    }

    private static void Write(SourceWriter writer, TableRow row, int[] widths)
    {
        writer.Cell("//", Margin);
        writer.Cell(row.Tensor, widths[0] + Gap);
        for (var i = 1; i < widths.Length; i++)
        {
            writer.Cell(row.Cells[i - 1], widths[i] + Gap);
        }

        writer.Line(row.Cells[widths.Length - 1]);
    }
}

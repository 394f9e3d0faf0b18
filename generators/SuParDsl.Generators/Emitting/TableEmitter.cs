using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Emitting;

/// <summary>Prints the table of tensors as the comment that opens a file.</summary>
internal static class TableEmitter
{
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
        var widths = Enumerable.Range(0, model.Table[0].Cells.Count)
            .Select(column => model.Table.Max(row => row.Cells[column].Length)).ToArray();
        foreach (var row in model.Table)
        {
            writer.Line("//   " + string.Join("  ", row.Cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        writer.Line();
    }
}

namespace SuParDsl.Generators.Model;

/// <summary>A tensor's row of the table that opens an emitted file.</summary>
internal sealed record TableRow(EquatableArray<string> Cells);

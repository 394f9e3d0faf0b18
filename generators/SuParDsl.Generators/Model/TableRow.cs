namespace SuParDsl.Generators.Model;

/// <summary>A tensor's row of the table that opens an emitted file.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Cells">Role, shape, base shape, density, init std, learning rate and forward factor.</param>
internal sealed record TableRow(string Tensor, EquatableArray<string> Cells);

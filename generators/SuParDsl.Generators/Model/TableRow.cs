namespace SuParDsl.Generators.Model;

/// <summary>A tensor's row of the table that opens an emitted file.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Cells">Role, shape, base shape, density, init std, learning rate and forward factor.</param>
/// <param name="Description">What the cells say, in words; empty for the header.</param>
internal sealed record TableRow(string Tensor, EquatableArray<string> Cells, string Description);

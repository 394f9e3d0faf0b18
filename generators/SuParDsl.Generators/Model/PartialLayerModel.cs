namespace SuParDsl.Generators.Model;

/// <summary>The other half of a layer's property that the user declared <c>partial</c>.</summary>
/// <param name="Modifiers">Its modifiers, as both halves need them.</param>
/// <param name="Type">Its type, in full.</param>
/// <param name="Identifier">Its name as an identifier.</param>
/// <param name="Description">
/// What its tensors are to the parameterization. Null if the user documents the layer, or if it has errors.
/// </param>
internal sealed record PartialLayerModel(string Modifiers, string Type, string Identifier, string? Description);

namespace SuParDsl.Generators.Model;

/// <summary>A layer as <c>RegisterLayers</c> and <c>Declare</c> name it.</summary>
/// <param name="Name">Its property's name, which is also its place in the model.</param>
/// <param name="Identifier">That name as an identifier.</param>
/// <param name="Cover">What its attributes state about the tensors inside it; null if nothing.</param>
/// <param name="Tensors">How its tensors are declared.</param>
/// <param name="Description">What its tensors are to the parameterization.</param>
internal sealed record LayerModel(string Name, string Identifier, CoverModel? Cover, LayerTensors Tensors, string Description);

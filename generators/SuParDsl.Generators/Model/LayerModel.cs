namespace SuParDsl.Generators.Model;

/// <summary>A layer as <c>RegisterLayers</c> and <c>Declare</c> name it.</summary>
/// <param name="Name">Its property's name, which is also its place in the model.</param>
/// <param name="Identifier">That name as an identifier.</param>
/// <param name="Cover">The call on its scope: <c>.Sparse(density)</c>, <c>.Dense()</c> or nothing.</param>
/// <param name="Arguments">The arguments of its <c>Declare</c> after the scope.</param>
/// <param name="Repeated">For a Repeat, the arguments of one block's <c>Declare</c> after the scope.</param>
/// <param name="RepeatedName">For a Repeat, the name that one block has in the lambda.</param>
/// <param name="Description">What its tensors are to the parameterization.</param>
/// <param name="DeclaredBy">
/// For a layer that this library does not define, the method of its scope that declares its tensors.
/// </param>
internal sealed record LayerModel(
    string Name, string Identifier, string Cover, EquatableArray<string> Arguments, EquatableArray<string>? Repeated,
    string RepeatedName, string Description, string? DeclaredBy);

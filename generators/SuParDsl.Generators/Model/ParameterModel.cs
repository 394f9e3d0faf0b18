namespace SuParDsl.Generators.Model;

/// <summary>A parameter of the primary constructor, as the emitted part uses it.</summary>
/// <param name="Name">Its name as an identifier.</param>
/// <param name="Property">The name of its property in the record of sizes.</param>
/// <param name="Type">Its type, fully qualified.</param>
/// <param name="Summary">The doc comment of that property.</param>
/// <param name="Initial">The property's value in the base model as C#; null where the user must give one.</param>
/// <param name="DeclareType">The type with which <c>Declare</c> takes it; null if it is captured instead.</param>
/// <param name="Declared">The argument that a model passes to its own <c>Declare</c> for it; null for a block.</param>
/// <param name="IsDensity">Whether construction guards it as a density.</param>
internal sealed record ParameterModel(
    string Name, string Property, string Type, string Summary, string? Initial, string? DeclareType, string? Declared,
    bool IsDensity);

namespace SuParDsl.Generators.Model;

/// <summary>A parameter of the primary constructor, as the emitted part uses it.</summary>
/// <param name="Name">Its name as an identifier.</param>
/// <param name="Property">The name of its property in the record of sizes.</param>
/// <param name="Type">Its type, fully qualified.</param>
/// <param name="Summary">The doc comment of that property.</param>
/// <param name="Initial">The property's value in the base model as C#; null where the user must give one.</param>
/// <param name="Use">How <c>Declare</c> uses it.</param>
/// <param name="Declared">What a model gives its own <c>Declare</c> for it; null for a block.</param>
internal sealed record ParameterModel(
    string Name, string Property, string Type, string Summary, string? Initial, ParameterUse Use, DeclaredValue? Declared);

/// <summary>How <c>Declare</c> uses a parameter of the class.</summary>
internal enum ParameterUse
{
    /// <summary>Emitted code reads it by capture.</summary>
    Captured,

    /// <summary><c>Declare</c> passes it on as a size with its base.</summary>
    Extent,

    /// <summary><c>Declare</c> passes it on as a density with its base.</summary>
    Density,
}

/// <summary>What a model gives its own <c>Declare</c> for a parameter: the value with its base.</summary>
internal abstract record DeclaredValue
{
    /// <summary>A size that scales.</summary>
    /// <param name="Code">The parameter, as C#.</param>
    /// <param name="Base">Its base.</param>
    public sealed record Scaling(string Code, long Base) : DeclaredValue;

    /// <summary>A size that does not scale.</summary>
    /// <param name="Code">The parameter, as C#.</param>
    /// <param name="Base">Its value in the base model; null where that is the value itself.</param>
    public sealed record Fixed(string Code, long? Base) : DeclaredValue;

    /// <summary>A density.</summary>
    /// <param name="Code">The parameter, as C#.</param>
    /// <param name="Base">The density at the base; 1 is the default.</param>
    public sealed record Density(string Code, double Base) : DeclaredValue;
}

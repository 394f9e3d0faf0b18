namespace SuParDsl.Generators.Model;

/// <summary>A check that a model makes when it is constructed.</summary>
internal abstract record GuardModel
{
    /// <summary>A parameter must be a density.</summary>
    /// <param name="Parameter">The parameter, as C#.</param>
    public sealed record Density(string Parameter) : GuardModel;

    /// <summary>A size must be divisible by another one.</summary>
    /// <param name="Size">The size, as C#.</param>
    /// <param name="Divisor">The divisor, as C#.</param>
    /// <param name="Where">The expression that divides, as the user wrote it.</param>
    /// <param name="Id">The diagnostic of a remainder.</param>
    public sealed record Divides(string Size, string Divisor, string Where, string Id) : GuardModel;
}

namespace SuParDsl.Generators.Model;

/// <summary>A density that <c>Declare</c> passes on with its base.</summary>
internal abstract record DensityModel
{
    /// <summary>A parameter of <c>Declare</c>.</summary>
    public sealed record Parameter(string Identifier) : DensityModel;

    /// <summary>Two numbers; a base of 1 is the default.</summary>
    public sealed record Constant(double Value, double Base) : DensityModel;

    /// <summary>An expression over the parameters of <c>Declare</c>, once over their values and once over their bases.</summary>
    public sealed record Computed(string Value, string Base) : DensityModel;

    /// <summary>An expression of the user's that reads no parameter of <c>Declare</c>, as C#.</summary>
    public sealed record Expression(string Code) : DensityModel;
}

using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Declarations;

namespace SuParDsl.Generators.Parsing.Layers;

/// <summary>What the attributes of a layer state.</summary>
internal sealed record LayerOptions
{
    /// <summary>The options of a layer without attributes.</summary>
    public static LayerOptions None { get; } = new();

    /// <summary>The <c>[Sparse]</c> or <c>[Dense]</c> on it.</summary>
    public Cover Cover { get; init; } = Cover.None;

    /// <summary>The parameter that multiplies its initial standard deviation.</summary>
    public GainArgument? Gain { get; init; }

    /// <summary>The initialization of its weight; null if no attribute states one.</summary>
    public TensorInitialization? Start { get; init; }

    /// <summary>The factor on its learning rate; null for 1.</summary>
    public double? LrScale { get; init; }

    public bool NoDecay { get; init; }
}

/// <summary>A parameter that multiplies an initial standard deviation: as C#, and as the table says it.</summary>
internal sealed record GainArgument(string Code, string Text);

/// <summary>What <c>[Sparse]</c> or <c>[Dense]</c> on a layer or a class states.</summary>
/// <param name="Density">The density; null without a <c>[Sparse]</c> that can be read.</param>
/// <param name="IsDense">Whether a <c>[Dense]</c> ends the density of an outer <c>[Sparse]</c>.</param>
/// <param name="Parameter">The density parameter that a <c>[Sparse]</c> names, even without effect; null for none.</param>
internal sealed record Cover(DensityArgument? Density, bool IsDense, string? Parameter)
{
    /// <summary>No attribute.</summary>
    public static Cover None { get; } = new(null, IsDense: false, null);
}

using SuParDsl.Generators.Model;
using SuParDsl.Generators.Parsing.Language;
using SuParDsl.Generators.Sizes;

namespace SuParDsl.Generators.Parsing.Declarations;

/// <summary>A tensor as a declaration sees it, in terms of the declaration's own parameters.</summary>
/// <param name="Name">Its name inside the declaration.</param>
/// <param name="Axes">Its shape.</param>
/// <param name="FanIn">The fan-in; 1 where nothing is summed over.</param>
/// <param name="FanOut">The fan-out.</param>
/// <param name="Start">The values that it starts with; those of a vector are not drawn.</param>
internal sealed record TensorInfo(
    string Name, EquatableArray<Polynomial> Axes, Polynomial FanIn, Polynomial FanOut, TensorInitialization Start)
{
    /// <summary>Whether the tensor is a matrix, whose role depends on its sizes; otherwise it is a vector.</summary>
    public bool IsMatrix { get; init; }

    /// <summary>Whether a <c>[Sparse]</c> around the layer makes the tensor sparse if its role is hidden.</summary>
    public bool CanBeCovered { get; init; }

    /// <summary>Its own density, or the density of the <c>[Sparse]</c> around it; null if neither is known here.</summary>
    public DensityArgument? Density { get; init; }

    /// <summary>Whether a <c>[Dense]</c> or a density of its own overrides every <c>[Sparse]</c> further out.</summary>
    public bool IsDensitySettled { get; init; }

    /// <summary>Whether the density is stated for the tensor itself and so applies to every role.</summary>
    public bool IsDensityOwn { get; init; }

    /// <summary>The factor on its initial standard deviation; null for 1.</summary>
    public string? Gain { get; init; }

    /// <summary>The factor on its learning rate; null for 1.</summary>
    public double? LrScale { get; init; }

    /// <summary>The role that the declaration states; null where it follows from the sizes.</summary>
    public Role? StatedRole { get; init; }

    /// <summary>The flag that must be true for the tensor to exist; null if it always exists.</summary>
    public string? OnlyIf { get; init; }

    /// <summary>Whether it is also a tied readout.</summary>
    public bool IsTiedReadout { get; init; }

    /// <summary>The counts of the Repeats around it.</summary>
    public EquatableArray<Polynomial> Counts { get; init; }

    /// <summary>
    /// Hashes only the axes and the initialization, which is cheap and separates most tensors in the lookup of
    /// <c>TensorTable</c>.
    /// </summary>
    public override int GetHashCode() => unchecked((Axes.GetHashCode() * 31) + (int)Start);
}

using System.ComponentModel;

namespace SuParDsl;

/// <summary>What the attributes on a layer say of its weight. What is not set is the rule's choice.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public readonly record struct TensorOptions
{
    /// <summary><c>[Sparse]</c> on the layer itself; null leaves the density to a cover around it.</summary>
    public TensorDensity? Density { get; init; }

    /// <summary>How the mask is drawn.</summary>
    public Mask Mask { get; init; }

    /// <summary>Whether and how the mask moves.</summary>
    public SparsityMethod Method { get; init; }

    /// <summary>How it is kept in memory.</summary>
    public Storage Storage { get; init; }

    /// <summary><c>[Init(Gain = …)]</c>: a factor on the rule's standard deviation.</summary>
    public double? Gain { get; init; }

    /// <summary><c>[Init(Zero = true)]</c>, a distribution, or a <see cref="Weight"/>'s own argument.</summary>
    public Init? Init { get; init; }

    /// <summary><c>[LrScale]</c>: a factor on the rule's learning rate.</summary>
    public double? LrScale { get; init; }

    /// <summary><c>[NoDecay]</c>: no weight decay.</summary>
    public bool NoDecay { get; init; }
}

using System.ComponentModel;

namespace SuParDsl;

/// <summary>
/// What the attributes on a layer say of its tensors: the learning rate's factor of all, a start at zero of all, weight decay of all
/// that decay, and the rest of its weight. What is not set is the rule's choice.
/// </summary>
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

    /// <summary><c>[Init(Gain = …)]</c>: a factor on the rule's standard deviation, which only matrices have.</summary>
    public double? Gain { get; init; }

    /// <summary><c>[Init(Zero = true)]</c>, which holds for vectors too, a distribution of the matrices, or a <see cref="Weight"/>'s own argument.</summary>
    public Init? Init { get; init; }

    /// <summary><c>[LrScale]</c>: a factor on the rule's learning rate of every tensor of the layer, biases included.</summary>
    public double? LrScale { get; init; }

    /// <summary><c>[NoDecay]</c>: no weight decay of the layer's matrices; its vectors have none anyway.</summary>
    public bool NoDecay { get; init; }
}

using System.ComponentModel;

namespace SuParDsl;

/// <summary>
/// The settings that the attributes on a layer make for its tensors. <see cref="LrScale"/> and a zero initialization apply to all
/// of them, <see cref="NoDecay"/> to its matrices, and the others to its weight. The rule decides what is not set.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public readonly record struct TensorOptions
{
    /// <summary>The density of a <c>[Sparse]</c> on the layer itself; null if an enclosing <c>[Sparse]</c> decides.</summary>
    public TensorDensity? Density { get; init; }

    /// <summary>How the mask is drawn.</summary>
    public Mask Mask { get; init; }

    /// <summary>Whether and how the mask changes during training.</summary>
    public SparsityMethod Method { get; init; }

    /// <summary>How the weight is stored in memory.</summary>
    public Storage Storage { get; init; }

    /// <summary><c>[Init(Gain = …)]</c>: a factor on the rule's standard deviation. Only matrices have one.</summary>
    public double? Gain { get; init; }

    /// <summary>
    /// <c>[Init(Zero = true)]</c>, which applies to vectors, too; a distribution for the
    /// matrices; or a <see cref="Weight"/>'s own argument.
    /// </summary>
    public Init? Init { get; init; }

    /// <summary><c>[LrScale]</c>: a factor on the rule's learning rate of every tensor of the layer, biases included.</summary>
    public double? LrScale { get; init; }

    /// <summary><c>[NoDecay]</c>: the layer's matrices are not decayed. Its vectors never are.</summary>
    public bool NoDecay { get; init; }
}

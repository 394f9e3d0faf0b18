using System.Collections.Immutable;
using SuParDsl.Parameterization;

namespace SuParDsl;

/// <summary>
/// One parameter of a model as the parameterization sees it. <see cref="RuleTable"/> derives its multipliers from these values.
/// </summary>
/// <param name="Name">The full name, as in <c>Blocks.0.Attn.Q.weight</c>.</param>
/// <param name="Role">Which of its sizes scale.</param>
/// <param name="Axes">Its shape, in this model and at the base.</param>
/// <param name="FanIn">How many inputs each output sums over; 1 for a vector.</param>
/// <param name="FanOut">How many outputs it has; for a vector, its size.</param>
/// <param name="Init">How it is initialized.</param>
/// <param name="Density">The fraction of its weights that is kept.</param>
public sealed record ModelTensor(
    string Name, Role Role, ImmutableArray<Extent> Axes, Extent FanIn, Extent FanOut, Init Init, TensorDensity Density)
{
    /// <summary>A factor on the rule's initial standard deviation, from <c>[Init(Gain = …)]</c>.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>A factor on the rule's learning rate, from <c>[LrScale]</c>.</summary>
    public double LrScale { get; init; } = 1;

    /// <summary>How its mask is drawn.</summary>
    public Mask Mask { get; init; }

    /// <summary>Whether and how its mask changes during training.</summary>
    public SparsityMethod Method { get; init; }

    /// <summary>The storage that its attribute asks for; <see cref="IModel.UseStorage"/> overrides it.</summary>
    public Storage Storage { get; init; }

    /// <summary>The measured fraction q of a full step that remains under its mask; null if it has not been measured.</summary>
    public double? Share { get; init; }

    /// <summary>The enclosing <c>[Sparse]</c> that sets its density; null if it has its own density or none.</summary>
    internal SparseCover? Cover { get; init; }

    /// <summary>
    /// The depth multiplier m_L of the enclosing Repeats; null if none of their counts is a <c>[MuDepth]</c> size.
    /// </summary>
    public double? DepthMultiplier { get; init; }

    /// <summary>The number of experts around it over that of the base model; 1 outside an <c>Experts</c>.</summary>
    public double ExpertMultiplier { get; init; } = 1;

    /// <summary>Whether weight decay applies: to matrices, but not to vectors.</summary>
    public bool Decays { get; init; }

    /// <summary>Whether it keeps the initial values that its module assigned, as the vectors of an external module do.</summary>
    internal bool KeepsValues { get; init; }

    /// <summary>Whether it is also used, transposed, as a tied readout.</summary>
    public bool IsTiedReadout { get; init; }

    /// <summary>The number of weights, masked ones included.</summary>
    public long Count => Axes.Aggregate(1L, static (count, axis) => checked(count * axis.Value));

    /// <summary>Whether some of its weights are masked.</summary>
    public bool IsSparse => Density.Value < 1;

    /// <summary>
    /// The multiplier of the size that the role names: the fan-in's if the fan-in scales, otherwise the fan-out's.
    /// </summary>
    public double SizeMultiplier => FanIn.Scales ? FanIn.Multiplier : FanOut.Multiplier;
}

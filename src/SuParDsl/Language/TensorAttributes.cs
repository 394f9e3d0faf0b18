namespace SuParDsl;

/// <summary>
/// Makes a layer's weight sparse; on a block, a <see cref="Repeat{TBlock}"/> or a class, every hidden matrix inside it.
/// The innermost attribute wins.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class, Inherited = false)]
public sealed class SparseAttribute : Attribute
{
    /// <summary>A constant density.</summary>
    /// <param name="density">The share of weights kept, in (0, 1].</param>
    public SparseAttribute(double density) => Density = density;

    /// <summary>A density chosen at run time.</summary>
    /// <param name="parameter"><c>nameof</c> of a parameter marked <see cref="DensityAttribute"/>.</param>
    public SparseAttribute(string parameter) => Parameter = parameter;

    /// <summary>The constant density; NaN where a parameter is named.</summary>
    public double Density { get; } = double.NaN;

    /// <summary>The density parameter's name; null where a constant is given.</summary>
    public string? Parameter { get; }

    /// <summary>The density ρ₀ of a constant at the base.</summary>
    public double Base { get; set; } = 1;

    /// <summary>How the mask is drawn.</summary>
    public Mask Mask { get; set; }

    /// <summary>Whether and how the mask moves while the model trains; <c>DynamicMasks</c> carries it out.</summary>
    public SparsityMethod Method { get; set; }

    /// <summary>How the matrix is kept in memory, unless <c>Model.UseStorage</c> asks for one. Only a <see cref="Linear"/> can be compressed.</summary>
    public Storage Storage { get; set; }

    /// <summary>Whether every matrix gets the same density or, on a block, a Repeat or a class, a share by its sizes.</summary>
    public Distribution Distribution { get; set; }
}

/// <summary>Keeps a layer, or every layer of a block, dense inside something that is <see
/// cref="SparseAttribute">sparse</see>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class, Inherited = false)]
public sealed class DenseAttribute : Attribute;

/// <summary>
/// Changes how a layer is initialised, on top of the rule. A gain and a distribution are of what the rule draws, its matrices: biases
/// still start at 0, and norms at 1. <see cref="Zero"/> is of all its tensors.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InitAttribute : Attribute
{
    /// <summary><c>nameof</c> of a plain <c>double</c> parameter that multiplies the rule's standard deviation.</summary>
    public string? Gain { get; set; }

    /// <summary>Whether every tensor of it starts at zero, as the last layer of a residual branch may: also a norm's gains.</summary>
    public bool Zero { get; set; }

    /// <summary>The distribution; the rule's standard deviation stays.</summary>
    public InitDistribution Distribution { get; set; }
}

/// <summary>The distribution of initial weights.</summary>
public enum InitDistribution
{
    /// <summary>Normal: what the derivation of SµPar assumes.</summary>
    Normal,

    /// <summary>Uniform around zero.</summary>
    Uniform,
}

/// <summary>Takes a layer's matrices out of weight decay. Its vectors, biases and the gains of norms, never decay.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NoDecayAttribute : Attribute;

/// <summary>
/// Multiplies the learning rate of every tensor of a layer, biases included, on top of the rule. It hides the rule, so it must say why.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LrScaleAttribute : Attribute
{
    /// <param name="factor">The factor, a positive number.</param>
    public LrScaleAttribute(double factor) => Factor = factor;

    /// <summary>The factor.</summary>
    public double Factor { get; }

    /// <summary>Why this layer needs it.</summary>
    public string? Because { get; set; }
}

/// <summary>Says which axes of a <see cref="Weight"/> with two scaling axes are its fan-in and fan-out.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FanAttribute : Attribute
{
    /// <summary>The number of the axis that each output sums over.</summary>
    public int In { get; set; }

    /// <summary>The number of the axis of the outputs.</summary>
    public int Out { get; set; }
}

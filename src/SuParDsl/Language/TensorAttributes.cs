namespace SuParDsl;

/// <summary>
/// Makes a layer's weight sparse. On a block, a <see cref="Repeat{TBlock}"/> or a class, it applies to every hidden matrix
/// inside. The innermost attribute wins.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class, Inherited = false)]
public sealed class SparseAttribute : Attribute
{
    /// <summary>A constant density.</summary>
    /// <param name="density">The fraction of weights that the mask keeps, in (0, 1].</param>
    public SparseAttribute(double density) => Density = density;

    /// <summary>A density chosen at run time.</summary>
    /// <param name="parameter"><c>nameof</c> of a parameter marked <see cref="DensityAttribute"/>.</param>
    public SparseAttribute(string parameter) => Parameter = parameter;

    /// <summary>The constant density; NaN if a parameter is named instead.</summary>
    public double Density { get; } = double.NaN;

    /// <summary>The density parameter's name; null if a constant is given instead.</summary>
    public string? Parameter { get; }

    /// <summary>The base density ρ₀ of a constant density.</summary>
    public double Base { get; set; } = 1;

    /// <summary>How the mask is drawn.</summary>
    public Mask Mask { get; set; }

    /// <summary>Whether and how the mask changes during training; <c>DynamicMasks</c> makes the changes.</summary>
    public SparsityMethod Method { get; set; }

    /// <summary>
    /// How the matrix is stored, unless <c>Model.UseStorage</c> chooses a storage. Only a <see cref="Linear"/> can be compressed.
    /// </summary>
    public Storage Storage { get; set; }

    /// <summary>
    /// Whether every matrix has the same density or, on a block, a Repeat or a class, a density that depends on its sizes.
    /// </summary>
    public Distribution Distribution { get; set; }
}

/// <summary>Keeps a layer, or every layer of a block, dense although a <see cref="SparseAttribute">[Sparse]</see> covers it.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class, Inherited = false)]
public sealed class DenseAttribute : Attribute;

/// <summary>
/// Changes how a layer is initialised, on top of the rule. A gain and a distribution apply to the matrices that the rule draws:
/// biases still start at 0, and norms at 1. <see cref="Zero"/> applies to all tensors of the layer.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InitAttribute : Attribute
{
    /// <summary>
    /// The factor on the rule's standard deviation: a positive number, or <c>nameof</c> of a plain <c>double</c> parameter.
    /// </summary>
    public object? Gain { get; set; }

    /// <summary>
    /// Whether every tensor of the layer starts at zero, as the last layer of a residual branch may. It includes a norm's gains.
    /// </summary>
    public bool Zero { get; set; }

    /// <summary>The distribution. It has the rule's standard deviation.</summary>
    public InitDistribution Distribution { get; set; }
}

/// <summary>The distribution of initial weights.</summary>
public enum InitDistribution
{
    /// <summary>Normal, as the derivation of SµPar assumes.</summary>
    Normal,

    /// <summary>Uniform around zero.</summary>
    Uniform,
}

/// <summary>Excludes a layer's matrices from weight decay. Vectors (biases and the gains of norms) never decay.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NoDecayAttribute : Attribute;

/// <summary>
/// Multiplies the learning rate of every tensor of a layer, biases included, on top of the rule. It departs from the rule, so
/// <see cref="Because"/> must give the reason.
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

/// <summary>States which axes of a <see cref="Weight"/> with two scaling axes are its fan-in and fan-out.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FanAttribute : Attribute
{
    /// <summary>The index of the axis that each output sums over.</summary>
    public int In { get; set; }

    /// <summary>The index of the output axis.</summary>
    public int Out { get; set; }
}

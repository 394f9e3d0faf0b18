namespace SuParDsl;

/// <summary>
/// Marks a static method over tensors as a flow operation and states its shapes, as in <c>"B T d, d -> B T d"</c>. A name that is
/// the name of a size means that size. Any other name stands for an arbitrary size, the same one wherever it appears.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OpAttribute : Attribute
{
    /// <param name="contract">Comma-separated input shapes, an arrow, and output shapes. An axis is a name, an integer, a product
    /// or <c>...</c>.</param>
    public OpAttribute(string contract) => Contract = contract;

    /// <summary>The shapes.</summary>
    public string Contract { get; }

    /// <summary>
    /// Whether each position of the output depends on the same position of the inputs only, as that of an activation does. If all
    /// parts of a model do so, apart from causal attention, it can run with a <see cref="KeyValueCache"/>.
    /// </summary>
    public bool PerPosition { get; set; }
}

/// <summary>States the shape of a flow's input, axis by axis: a size's name, an integer, or a free name such as
/// <c>"B"</c>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ShapeAttribute : Attribute
{
    /// <param name="axes">The axes: names and integers.</param>
    public ShapeAttribute(params object[] axes) => Axes = axes;

    /// <summary>The axes.</summary>
    public IReadOnlyList<object> Axes { get; }
}

/// <summary>Lets the flow use any TorchSharp module. It states the module's sizes and the role of its parameters.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ForeignAttribute : Attribute
{
    /// <param name="inputs">The name of the size of the input's last axis.</param>
    /// <param name="outputs">The name of the size of the output's last axis.</param>
    public ForeignAttribute(string inputs, string outputs) => (Inputs, Outputs) = (inputs, outputs);

    /// <summary>The size of the input's last axis.</summary>
    public string Inputs { get; }

    /// <summary>The size of the output's last axis.</summary>
    public string Outputs { get; }

    /// <summary>The role of the module's matrices. Its vectors always have the role <see cref="Role.Vector"/>.</summary>
    public Role Role { get; set; }

    /// <summary>
    /// Whether each position of its output depends on the same position of its input only, as that of an activation does. If all
    /// parts of a model do so, apart from causal attention, it can run with a <see cref="KeyValueCache"/>.
    /// </summary>
    public bool PerPosition { get; set; }
}

/// <summary>
/// States how a user-defined layer type maps shapes: <c>[Contract("... in -> ... out", Weight = "out in", FanIn = "in")]</c>.
/// The names are the <c>int</c> parameters of its constructor, regardless of case. A name that is on both sides of the arrow and
/// is not a parameter is an axis that is kept; <c>_</c> is any axis. Built-in layers have a table instead of contracts, because a
/// contract cannot express image sizes, tied readouts and positions.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContractAttribute : Attribute
{
    /// <param name="contract">The input shape, an arrow, the output shape.</param>
    public ContractAttribute(string contract) => Contract = contract;

    /// <summary>The shapes.</summary>
    public string Contract { get; }

    /// <summary>The axes of its parameter <c>weight</c>, which the rule initialises if it has several axes; null if the layer has
    /// no <c>weight</c>.</summary>
    public string? Weight { get; set; }

    /// <summary>The axis, or product of axes, that each output sums over: <c>"in"</c>, <c>"in/groups*kernel*kernel"</c>;
    /// <c>"1"</c> for a table of rows; null for a vector.</summary>
    public string? FanIn { get; set; }

    /// <summary>The axes of its parameter <c>bias</c>; null if the layer has no <c>bias</c>.</summary>
    public string? Bias { get; set; }

    /// <summary>
    /// Whether each position of its output depends on the same position of its input only, as that of an activation does. If all
    /// parts of a model do so, apart from causal attention, it can run with a <see cref="KeyValueCache"/>.
    /// </summary>
    public bool PerPosition { get; set; }
}

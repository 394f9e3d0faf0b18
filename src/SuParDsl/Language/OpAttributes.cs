namespace SuParDsl;

/// <summary>
/// Marks a static method of tensors as a word of the flow, with a contract of its shapes: <c>"B T d, d -> B T d"</c>. A name
/// equal to a size means that size; other names stand for any size, the same one wherever they appear.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OpAttribute : Attribute
{
    /// <param name="contract">Input shapes, comma-separated, an arrow, output shapes: names, integers, products,
    /// <c>...</c>.</param>
    public OpAttribute(string contract) => Contract = contract;

    /// <summary>The shapes.</summary>
    public string Contract { get; }
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

/// <summary>Takes any TorchSharp module into the flow: says its sizes and the role of its parameters.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ForeignAttribute : Attribute
{
    /// <param name="inputs">The size of the last axis that it takes: the name of a size.</param>
    /// <param name="outputs">The size of the last axis that it gives: the name of a size.</param>
    public ForeignAttribute(string inputs, string outputs) => (Inputs, Outputs) = (inputs, outputs);

    /// <summary>The size of the last axis that it takes.</summary>
    public string Inputs { get; }

    /// <summary>The size of the last axis that it gives.</summary>
    public string Outputs { get; }

    /// <summary>The role of its matrices; its vectors are vectors.</summary>
    public Role Role { get; set; }
}

/// <summary>
/// States once how a layer type of the user's own maps shapes: <c>[Contract("... in -> ... out", Weight = "out in", FanIn =
/// "in")]</c>.
/// The names are the <c>int</c> parameters of its constructor, whatever their case; a name that stands on both sides of the
/// arrow and is
/// no parameter is an axis that is kept, and <c>_</c> is any axis. What the built-in layers are is stated in a table instead:
/// image
/// sizes, tied readouts and positions are more than a contract says.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContractAttribute : Attribute
{
    /// <param name="contract">The input shape, an arrow, the output shape.</param>
    public ContractAttribute(string contract) => Contract = contract;

    /// <summary>The shapes.</summary>
    public string Contract { get; }

    /// <summary>The axes of its parameter <c>weight</c>, which the rule initialises where there are several; null where it has
    /// none.</summary>
    public string? Weight { get; set; }

    /// <summary>The axis, or product of axes, that each output sums over: <c>"in"</c>, <c>"in/groups*kernel*kernel"</c>;
    /// <c>"1"</c> for a table of rows; null for a vector.</summary>
    public string? FanIn { get; set; }

    /// <summary>The axes of its parameter <c>bias</c>; null where it has none.</summary>
    public string? Bias { get; set; }
}

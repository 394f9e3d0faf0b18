using SuParDsl.Generators.Model;

namespace SuParDsl.Generators.Parsing.Language;

/// <summary>The kind of a constructor parameter of a built-in layer.</summary>
internal enum ArgumentKind
{
    /// <summary>A size that is passed to <c>Declare</c>.</summary>
    Size,

    /// <summary>Any number of sizes.</summary>
    Sizes,

    /// <summary>A number that only shapes depend on, such as a stride or a padding.</summary>
    Step,

    /// <summary>A value that only the layer itself reads.</summary>
    Other,
}

/// <summary>A constructor parameter of a built-in layer.</summary>
internal sealed record LayerParameter(string Name, ArgumentKind Kind = ArgumentKind.Size, string? Default = null, int Least = 1)
{
    public bool IsSize => Kind is ArgumentKind.Size or ArgumentKind.Step;
}

/// <summary>A tensor of a built-in layer, in terms of its constructor's parameters.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Axes">Its axes.</param>
/// <param name="FanIn">The size that each output sums over; null for 1.</param>
/// <param name="FanOut">The size of the output: a formula, like the axes.</param>
/// <param name="Start">The values that it starts with.</param>
/// <param name="OnlyIf">The flag that must be true for it to exist.</param>
internal sealed record TensorRule(string Name, string[] Axes, string? FanIn, string FanOut, TensorInitialization Start,
    string? OnlyIf = null);

/// <summary>What a built-in layer does to the height and width of an image.</summary>
internal enum Resizing
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A kernel at every stride.</summary>
    Convolve,

    /// <summary>The reverse of a kernel at every stride.</summary>
    Transpose,

    /// <summary>A whole factor.</summary>
    Enlarge,
}

/// <summary>What a built-in layer does to a shape.</summary>
internal abstract record ShapeRule
{
    /// <summary>… in → … out.</summary>
    public sealed record LastAxis(string In, string Out, int Axes = 1) : ShapeRule;

    /// <summary>B in H W → B out H′ W′; null leaves the channels as they are.</summary>
    public sealed record Image(string? In, string? Out, Resizing Resizing) : ShapeRule;

    /// <summary>… → … width.</summary>
    public sealed record Lookup(string Width) : ShapeRule;

    /// <summary>Any shape → the same shape.</summary>
    public sealed record Same : ShapeRule;

    /// <summary>The shapes that a contract states, over the names of the constructor's parameters.</summary>
    public sealed record Contract(ShapePattern Input, ShapePattern Output) : ShapeRule;

    /// <summary>Not applied: a value of the given shape.</summary>
    public sealed record Value : ShapeRule;

    /// <summary>Not applied: a bias that Attention adds to its logits.</summary>
    public sealed record Position : ShapeRule;
}

/// <summary>A built-in layer.</summary>
/// <param name="Name">Its type.</param>
/// <param name="Parameters">Its constructor's parameters; those that are sizes are passed to its <c>Declare</c>.</param>
/// <param name="Tensors">Its tensors.</param>
/// <param name="Shape">Its effect on a shape.</param>
/// <param name="IsMatrix">Whether it can be sparse and have an initial gain.</param>
/// <param name="TiedReadout">The property that is its tied readout, where it has one.</param>
internal sealed record BuiltInLayer(
    string Name, LayerParameter[] Parameters, TensorRule[] Tensors, ShapeRule Shape, bool IsMatrix = false,
    string? TiedReadout = null)
{
    /// <summary>The names of its constructor's parameters.</summary>
    public string[] Names { get; } = Array.ConvertAll(Parameters, static parameter => parameter.Name);

    /// <summary>Whether it is a layer type of the user with a <c>[Contract]</c>.</summary>
    public bool IsContract { get; init; }

    /// <summary>Whether its contract says that it treats each position by itself.</summary>
    public bool PerPosition { get; init; }

    /// <summary>Whether a tensor is piped into the layer; otherwise it is used as a value.</summary>
    public bool IsPiped => Shape is not (ShapeRule.Value or ShapeRule.Position);

    /// <summary>Whether the last axis of the output is the last axis of the input.</summary>
    public bool KeepsLastAxis => Shape is ShapeRule.Same || (Shape is ShapeRule.LastAxis map && map.In == map.Out);
}

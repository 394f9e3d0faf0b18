namespace SuParDsl.Generators.Parsing;

/// <summary>What a constructor parameter of a built-in layer is.</summary>
internal enum ArgumentKind
{
    /// <summary>A size.</summary>
    Size,

    /// <summary>Any number of sizes.</summary>
    Sizes,

    /// <summary>What only the layer itself reads.</summary>
    Other,
}

/// <summary>A constructor parameter of a built-in layer.</summary>
internal sealed record LayerParameter(string Name, ArgumentKind Kind = ArgumentKind.Size, string? Default = null);

/// <summary>A tensor of a built-in layer, in terms of its constructor's parameters; an axis of null is the constant 1.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Axes">Its axes.</param>
/// <param name="FanIn">The size that each output sums over.</param>
/// <param name="FanOut">The size of the output.</param>
/// <param name="Start">What it starts from.</param>
/// <param name="OnlyIf">The flag that must be true for it to exist.</param>
internal sealed record TensorRule(string Name, string[] Axes, string? FanIn, string FanOut, TensorStart Start, string? OnlyIf = null);

/// <summary>What a tensor holds before training.</summary>
internal enum TensorStart
{
    /// <summary>Normal numbers.</summary>
    Normal,

    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>Ones.</summary>
    Ones,
}

/// <summary>What a built-in layer does to a shape.</summary>
internal abstract record ShapeRule
{
    /// <summary>… in → … out.</summary>
    public sealed record LastAxis(string In, string Out) : ShapeRule;

    /// <summary>… → … width.</summary>
    public sealed record Lookup(string Width) : ShapeRule;

    /// <summary>Any shape → the same shape.</summary>
    public sealed record Same : ShapeRule;

    /// <summary>Not applied: a value of the given shape.</summary>
    public sealed record Value : ShapeRule;
}

/// <summary>A built-in layer.</summary>
/// <param name="Name">Its type.</param>
/// <param name="Parameters">Its constructor's parameters; those that are sizes are passed to its <c>Declare</c>.</param>
/// <param name="Tensors">Its tensors.</param>
/// <param name="Shape">What it does to a shape.</param>
/// <param name="IsMatrix">Whether it can be sparse and have an initial gain.</param>
/// <param name="TiedReadout">The property that is its tied readout, where it has one.</param>
internal sealed record BuiltInLayer(
    string Name, LayerParameter[] Parameters, TensorRule[] Tensors, ShapeRule Shape, bool IsMatrix = false, string? TiedReadout = null);

/// <summary>The built-in layers.</summary>
internal static class LayerTable
{
    public const string Repeat = "Repeat";

    private static readonly LayerParameter Bias = new("bias", ArgumentKind.Other, "true");

    private static readonly BuiltInLayer[] Layers =
    [
        new("Linear", [new("inputs"), new("outputs"), Bias],
            [
                new("weight", ["outputs", "inputs"], "inputs", "outputs", TensorStart.Normal),
                new("bias", ["outputs"], null, "outputs", TensorStart.Zeros, OnlyIf: "bias"),
            ],
            new ShapeRule.LastAxis("inputs", "outputs"), IsMatrix: true),
        new("Embedding", [new("count"), new("width")],
            [new("weight", ["count", "width"], null, "width", TensorStart.Normal)],
            new ShapeRule.Lookup("width"), TiedReadout: "Unembed"),
        new("LayerNorm", [new("width"), Bias],
            [
                new("weight", ["width"], null, "width", TensorStart.Ones),
                new("bias", ["width"], null, "width", TensorStart.Zeros, OnlyIf: "bias"),
            ],
            new ShapeRule.LastAxis("width", "width")),
        new("RmsNorm", [new("width")],
            [new("weight", ["width"], null, "width", TensorStart.Ones)],
            new ShapeRule.LastAxis("width", "width")),
        new("Dropout", [new("probability", ArgumentKind.Other)], [], new ShapeRule.Same()),
        new("Weight", [new("sizes", ArgumentKind.Sizes)], [], new ShapeRule.Value()),
    ];

    public static BuiltInLayer? Find(string name) => Array.Find(Layers, layer => layer.Name == name);
}

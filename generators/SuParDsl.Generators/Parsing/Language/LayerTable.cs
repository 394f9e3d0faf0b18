using SuParDsl.Generators.Model;
using static SuParDsl.Generators.Parsing.Language.ArgumentKind;

namespace SuParDsl.Generators.Parsing.Language;

/// <summary>The built-in layers.</summary>
internal static class LayerTable
{
    public const string Repeat = "Repeat";
    public const string Experts = "Experts";
    public const string Linear = "Linear";
    public const string Dropout = "Dropout";

    private static readonly LayerParameter Bias = new("bias", Other, "true");

    private static readonly LayerParameter[] Convolution =
    [
        new("inputs"), new("outputs"), new("kernel"), new("stride", Step, "1"), new("padding", Step, "0", Least: 0),
        new("dilation", Step, "1"), new("groups", Size, "1"), Bias,
    ];

    private static readonly LayerParameter[] Pool =
        [new("kernel", Step), new("stride", Step, "0", Least: 0), new("padding", Step, "0", Least: 0)];

    private static readonly BuiltInLayer[] Layers =
    [
        new(Linear, [new("inputs"), new("outputs"), Bias],
            [
                new("weight", ["outputs", "inputs"], "inputs", "outputs", TensorInitialization.Normal),
                new("bias", ["outputs"], null, "outputs", TensorInitialization.Zeros, OnlyIf: "bias"),
            ],
            new ShapeRule.LastAxis("inputs", "outputs"), IsMatrix: true),
        new("Conv2d", Convolution,
            [
                new("weight", ["outputs", "inputs/groups", "kernel", "kernel"], "inputs/groups*kernel*kernel", "outputs",
                    TensorInitialization.Normal),
                new("bias", ["outputs"], null, "outputs", TensorInitialization.Zeros, OnlyIf: "bias"),
            ],
            new ShapeRule.Image("inputs", "outputs", Resizing.Convolve), IsMatrix: true),
        new("ConvTranspose2d", Convolution,
            [
                new("weight", ["inputs", "outputs/groups", "kernel", "kernel"], "inputs/groups*kernel*kernel", "outputs",
                    TensorInitialization.Normal),
                new("bias", ["outputs"], null, "outputs", TensorInitialization.Zeros, OnlyIf: "bias"),
            ],
            new ShapeRule.Image("inputs", "outputs", Resizing.Transpose), IsMatrix: true),
        new("Embedding", [new("count"), new("width")],
            [new("weight", ["count", "width"], null, "width", TensorInitialization.Normal)],
            new ShapeRule.Lookup("width"), TiedReadout: "Unembed"),
        new("LayerNorm", [new("width"), Bias],
            [
                new("weight", ["width"], null, "width", TensorInitialization.Ones),
                new("bias", ["width"], null, "width", TensorInitialization.Zeros, OnlyIf: "bias"),
            ],
            new ShapeRule.LastAxis("width", "width")),
        new("RmsNorm", [new("width"), new("epsilon", Other, "1e-5")],
            [new("weight", ["width"], null, "width", TensorInitialization.Ones)],
            new ShapeRule.LastAxis("width", "width")),
        new("BatchNorm2d", [new("channels")],
            [
                new("weight", ["channels"], null, "channels", TensorInitialization.Ones),
                new("bias", ["channels"], null, "channels", TensorInitialization.Zeros),
            ],
            new ShapeRule.Image("channels", "channels", Resizing.None)),
        new("MaxPool2d", Pool, [], new ShapeRule.Image(null, null, Resizing.Convolve)),
        new("AvgPool2d", Pool, [], new ShapeRule.Image(null, null, Resizing.Convolve)),
        new("Upsample2d", [new("factor", Step)], [], new ShapeRule.Image(null, null, Resizing.Enlarge)),
        new("Rope", [new("size"), new("theta", Other, "10000"), new("scaling", Other, "null")], [],
            new ShapeRule.LastAxis("size", "size", Axes: 2)),
        new("Alibi", [new("heads")], [], new ShapeRule.Position()),
        new(Dropout, [new("probability", Other)], [], new ShapeRule.Same()),
        new("Weight", [new("sizes", ArgumentKind.Sizes)], [], new ShapeRule.Value()),
    ];

    /// <summary>Every built-in layer but <see cref="Repeat"/> and <see cref="Experts"/>, which are layers of blocks.</summary>
    public static IReadOnlyList<BuiltInLayer> All => Layers;

    public static BuiltInLayer? Find(string name) => Array.Find(Layers, layer => layer.Name == name);
}

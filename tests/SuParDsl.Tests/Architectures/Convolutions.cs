using static TorchSharp.torch;
using static SuParDsl.Tests.Architectures.ByHand;

namespace SuParDsl.Tests.Architectures;

[Model]
public partial class Vgg([MuWidth(8)] int width, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d    A    { get; } = new(3, width, kernel: 3, padding: 1);
    public Conv2d    B    { get; } = new(width, 2 * width, kernel: 3, padding: 1);
    public Conv2d    C    { get; } = new(2 * width, 2 * width, kernel: 3, padding: 1);
    public MaxPool2d Half { get; } = new(kernel: 2);
    public Linear    Fc   { get; } = new(4 * 2 * width, 4 * width);
    public Linear    Head { get; } = new(4 * width, classes);

    [Flow] Tensor Flow([Shape("B", 3, 8, 8)] Tensor x) =>
        (x | A | Relu | Half | B | Relu | C | Relu | Half).Reshape(4 * 2 * width) | Fc | Relu | Head;
}

[Model]
public partial class ResidualNet([MuWidth(8)] int width, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d        Stem { get; } = new(3, width, kernel: 3, padding: 1, bias: false);
    public BatchNorm2d   Norm { get; } = new(width);
    public ResidualBlock Same { get; } = new(width);
    public HalvingBlock  Down { get; } = new(width, 2 * width);
    public Linear        Head { get; } = new(2 * width, classes);

    [Flow] Tensor Flow([Shape("B", 3, 8, 8)] Tensor x) => (x | Stem | Norm | Relu | Same | Down).Pool() | Head;
}

[Block]
public partial class ResidualBlock([MuWidth] int width)
{
    public Conv2d      First  { get; } = new(width, width, kernel: 3, padding: 1, bias: false);
    public BatchNorm2d Norm1  { get; } = new(width);
    public Conv2d      Second { get; } = new(width, width, kernel: 3, padding: 1, bias: false);
    public BatchNorm2d Norm2  { get; } = new(width);

    [Flow] Tensor Flow(Tensor x) => (x + (x | First | Norm1 | Relu | Second | Norm2)) | Relu;
}

[Block]
public partial class HalvingBlock([MuWidth] int inputs, [MuWidth] int outputs)
{
    public Conv2d      First  { get; } = new(inputs, outputs, kernel: 3, stride: 2, padding: 1, bias: false);
    public BatchNorm2d Norm1  { get; } = new(outputs);
    public Conv2d      Second { get; } = new(outputs, outputs, kernel: 3, padding: 1, bias: false);
    public BatchNorm2d Norm2  { get; } = new(outputs);
    public Conv2d      Skip   { get; } = new(inputs, outputs, kernel: 1, stride: 2, bias: false);
    public BatchNorm2d Norm3  { get; } = new(outputs);

    [Flow] Tensor Flow(Tensor x) => ((x | First | Norm1 | Relu | Second | Norm2) + (x | Skip | Norm3)) | Relu;
}

[Model]
public partial class DenseNet([MuWidth(8)] int width, [MuWidth(4)] int growth, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d      Stem  { get; } = new(3, width, kernel: 3, padding: 1, bias: false);
    public DenseLayer  First { get; } = new(width, growth);
    public DenseLayer  Next  { get; } = new(width + growth, growth);
    public BatchNorm2d Norm  { get; } = new(width + 2 * growth);
    public Conv2d      Thin  { get; } = new(width + 2 * growth, width, kernel: 1, bias: false);
    public AvgPool2d   Half  { get; } = new(kernel: 2);
    public Linear      Head  { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, 8, 8)] Tensor x) => (x | Stem | First | Next | Norm | Relu | Thin | Half).Pool() | Head;
}

[Block]
public partial class DenseLayer([MuWidth] int width, [MuWidth] int growth)
{
    public BatchNorm2d Norm1 { get; } = new(width);
    public Conv2d      Thin  { get; } = new(width, 4 * growth, kernel: 1, bias: false);
    public BatchNorm2d Norm2 { get; } = new(4 * growth);
    public Conv2d      Grow  { get; } = new(4 * growth, growth, kernel: 3, padding: 1, bias: false);

    [Flow] Tensor Flow([Shape("B", nameof(width), "H", "W")] Tensor x) =>
        Cat(x, x | Norm1 | Relu | Thin | Norm2 | Relu | Grow);
}

[Model]
public partial class UNet([MuWidth(8)] int width, int classes = 3, Rule rule = Rule.Standard)
{
    public UNetStep   Left   { get; } = new(1, width);
    public MaxPool2d  Half   { get; } = new(kernel: 2);
    public UNetDeep   Bottom { get; } = new(width, 2 * width);
    public Upsample2d Double { get; } = new(factor: 2);
    public Conv2d     Thin   { get; } = new(2 * width, width, kernel: 1);
    public UNetDeep   Right  { get; } = new(2 * width, width);
    public Conv2d     Head   { get; } = new(width, classes, kernel: 1);

    [Flow] Tensor Flow([Shape("B", 1, 8, 8)] Tensor x)
    {
        var left = x | Left;
        return Cat(left, left | Half | Bottom | Double | Thin) | Right | Head;
    }
}

[Block]
public partial class UNetStep(int inputs, [MuWidth] int outputs)
{
    public Conv2d First  { get; } = new(inputs, outputs, kernel: 3, padding: 1);
    public Conv2d Second { get; } = new(outputs, outputs, kernel: 3, padding: 1);

    [Flow] Tensor Flow(Tensor x) => x | First | Relu | Second | Relu;
}

[Block]
public partial class UNetDeep([MuWidth] int inputs, [MuWidth] int outputs)
{
    public Conv2d First  { get; } = new(inputs, outputs, kernel: 3, padding: 1);
    public Conv2d Second { get; } = new(outputs, outputs, kernel: 3, padding: 1);

    [Flow] Tensor Flow(Tensor x) => x | First | Relu | Second | Relu;
}

[Model]
public partial class SeNet([MuWidth(8)] int width, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d  Stem  { get; } = new(3, width, kernel: 3, padding: 1);
    public SeBlock Block { get; } = new(width);
    public Linear  Head  { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, 8, 8)] Tensor x) => (x | Stem | Relu | Block).Pool() | Head;
}

[Block]
public partial class SeBlock([MuWidth] int width)
{
    public Conv2d      First   { get; } = new(width, width, kernel: 3, padding: 1, bias: false);
    public BatchNorm2d Norm    { get; } = new(width);
    public Linear      Squeeze { get; } = new(width, width / 4);
    public Linear      Excite  { get; } = new(width / 4, width);

    [Flow] Tensor Flow(Tensor x)
    {
        var h = x | First | Norm | Relu;
        return (x + Gated(h, h.Pool() | Squeeze | Relu | Excite | Sigmoid)) | Relu;
    }

    [Op("B C H W, B C -> B C H W")]
    static Tensor Gated(Tensor x, Tensor gate) => x * gate.unsqueeze(-1).unsqueeze(-1);
}

[Model]
public partial class MobileNet([MuWidth(8)] int width, [MuDepth(2)] int layers = 2, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d                Stem   { get; } = new(3, width, kernel: 3, stride: 2, padding: 1, bias: false);
    public Repeat<InvertedBlock> Blocks { get; } = new(layers, () => new(width, 6 * width));
    public Linear                Head   { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, 8, 8)] Tensor x) => (x | Stem | Blocks).Pool() | Head;
}

[Block]
public partial class InvertedBlock([MuWidth] int width, [MuWidth] int inner)
{
    public Conv2d      Expand { get; } = new(width, inner, kernel: 1, bias: false);
    public BatchNorm2d Norm1  { get; } = new(inner);
    public Conv2d      Depth  { get; } = new(inner, inner, kernel: 3, padding: 1, groups: inner, bias: false);
    public BatchNorm2d Norm2  { get; } = new(inner);
    public Conv2d      Thin   { get; } = new(inner, width, kernel: 1, bias: false);
    public BatchNorm2d Norm3  { get; } = new(width);

    [Flow] Tensor Flow(Tensor x) => x + (Relu6(Relu6(x | Expand | Norm1) | Depth | Norm2) | Thin | Norm3);

    [Op("B C H W -> B C H W")]
    static Tensor Relu6(Tensor x) => nn.functional.relu6(x);
}

[Model]
public partial class ConvNext([MuWidth(8)] int width, [MuDepth(2)] int layers = 2, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d                Stem   { get; } = new(3, width, kernel: 2, stride: 2);
    public Repeat<ConvNextBlock> Blocks { get; } = new(layers, () => new(width));
    public LayerNorm             Norm   { get; } = new(width);
    public Linear                Head   { get; } = new(width, classes);

    [Flow] Tensor Flow([Shape("B", 3, 8, 8)] Tensor x) => (x | Stem | Blocks).Pool() | Norm | Head;
}

[Block]
public partial class ConvNextBlock([MuWidth] int width)
{
    public Conv2d    Depth { get; } = new(width, width, kernel: 7, padding: 3, groups: width);
    public LayerNorm Norm  { get; } = new(width);
    public Linear    Up    { get; } = new(width, 4 * width);
    public Linear    Down  { get; } = new(4 * width, width);
    public Weight    Scale { get; } = new(width, Init.Ones);

    [Flow] Tensor Flow(Tensor x) => x + First((Last(x | Depth) | Norm | Up | Gelu | Down) * Scale);

    [Op("B C H W -> B H W C")]
    static Tensor Last(Tensor x) => x.permute(0, 2, 3, 1);

    [Op("B H W C -> B C H W")]
    static Tensor First(Tensor x) => x.permute(0, 3, 1, 2);
}

[Model]
public partial class SqueezeNet([MuWidth(8)] int width, int classes = 5, Rule rule = Rule.Standard)
{
    public Conv2d    Stem { get; } = new(3, width, kernel: 3, padding: 1);
    public Fire      One  { get; } = new(width, width / 2, width);
    public MaxPool2d Half { get; } = new(kernel: 2);
    public Fire      Two  { get; } = new(2 * width, width, width);
    public Conv2d    Head { get; } = new(2 * width, classes, kernel: 1);

    [Flow] Tensor Flow([Shape("B", 3, 8, 8)] Tensor x) => (x | Stem | Relu | One | Half | Two | Head).Pool();
}

[Block]
public partial class Fire([MuWidth] int width, [MuWidth] int squeezed, [MuWidth] int expanded)
{
    public Conv2d Thin  { get; } = new(width, squeezed, kernel: 1);
    public Conv2d Small { get; } = new(squeezed, expanded, kernel: 1);
    public Conv2d Large { get; } = new(squeezed, expanded, kernel: 3, padding: 1);

    [Flow] Tensor Flow(Tensor x)
    {
        var h = x | Thin | Relu;
        return Cat(h | Small | Relu, h | Large | Relu);
    }
}

/// <summary>Convolutional networks.</summary>
internal static class Convolutions
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("VGG", ArXiv("1409.1556"), "`Conv2d`, `MaxPool2d`, `Reshape`", [typeof(Vgg)], () =>
        {
            var model = Drawn(new Vgg(Vgg.Base, seed: 1));
            var x = Reals(1, 2, 3, 8, 8);
            var h = Half(Relu(Conv(model.A, x, padding: 1)));
            h = Relu(Conv(model.C, Relu(Conv(model.B, h, padding: 1)), padding: 1));
            h = Relu(Map(model.Fc, Half(h).flatten(1)));
            return new(model, [model.call(x)], [Map(model.Head, h)]);
        }),
        new("ResNet", ArXiv("1512.03385"), "`BatchNorm2d`, strides, residual adds",
            [typeof(ResidualNet), typeof(ResidualBlock), typeof(HalvingBlock)], () =>
            {
                var model = Drawn(new ResidualNet(ResidualNet.Base, seed: 1));
                var x = Reals(1, 2, 3, 8, 8);
                var h = Relu(Norm(model.Norm, Conv(model.Stem, x, padding: 1)));
                var (same, down) = (model.Same, model.Down);
                var branch = Conv(same.Second, Relu(Norm(same.Norm1, Conv(same.First, h, padding: 1))), padding: 1);
                h = Relu(h + Norm(same.Norm2, branch));
                branch = Conv(down.Second, Relu(Norm(down.Norm1, Conv(down.First, h, stride: 2, padding: 1))), padding: 1);
                h = Relu(Norm(down.Norm2, branch) + Norm(down.Norm3, Conv(down.Skip, h, stride: 2)));
                return new(model, [model.call(x)], [Map(model.Head, h.mean([2, 3]))]);
            }),
        new("DenseNet", ArXiv("1608.06993"), "`Cat` of channels, sizes that are sums",
            [typeof(DenseNet), typeof(DenseLayer)], () =>
            {
                var model = Drawn(new DenseNet(DenseNet.Base, seed: 1));
                var x = Reals(1, 2, 3, 8, 8);
                var h = Conv(model.Stem, x, padding: 1);
                foreach (var layer in (DenseLayer[])[model.First, model.Next])
                {
                    var thin = Conv(layer.Thin, Relu(Norm(layer.Norm1, h)));
                    h = cat([h, Conv(layer.Grow, Relu(Norm(layer.Norm2, thin)), padding: 1)], 1);
                }

                h = nn.functional.avg_pool2d(Conv(model.Thin, Relu(Norm(model.Norm, h))), [2, 2]);
                return new(model, [model.call(x)], [Map(model.Head, h.mean([2, 3]))]);
            }),
        new("U-Net", ArXiv("1505.04597"), "`Upsample2d`, a skip by `Cat`, an image out",
            [typeof(UNet), typeof(UNetStep), typeof(UNetDeep)], () =>
            {
                var model = Drawn(new UNet(UNet.Base, seed: 1));
                var x = Reals(1, 2, 1, 8, 8);
                var left = Two(model.Left.First, model.Left.Second, x);
                var small = Two(model.Bottom.First, model.Bottom.Second, Half(left));
                var large = Conv(model.Thin, small.repeat_interleave(2, 2).repeat_interleave(2, 3));
                var joined = Two(model.Right.First, model.Right.Second, cat([left, large], 1));
                return new(model, [model.call(x)], [Conv(model.Head, joined)]);

                static Tensor Two(Conv2d first, Conv2d second, Tensor x) =>
                    Relu(Conv(second, Relu(Conv(first, x, padding: 1)), padding: 1));
            }),
        new("SE-ResNet", ArXiv("1709.01507"), "`Pool`, a gate for each channel by an `[Op]`",
            [typeof(SeNet), typeof(SeBlock)], () =>
            {
                var model = Drawn(new SeNet(SeNet.Base, seed: 1));
                var x = Reals(1, 2, 3, 8, 8);
                var stem = Relu(Conv(model.Stem, x, padding: 1));
                var h = Relu(Norm(model.Block.Norm, Conv(model.Block.First, stem, padding: 1)));
                var gate = Map(model.Block.Excite, Relu(Map(model.Block.Squeeze, h.mean([2, 3])))).sigmoid();
                h = Relu(stem + h * gate.view(2, 8, 1, 1));
                return new(model, [model.call(x)], [Map(model.Head, h.mean([2, 3]))]);
            }),
        new("MobileNetV2", ArXiv("1801.04381"), "depthwise `groups:`, ReLU6 by an `[Op]`",
            [typeof(MobileNet), typeof(InvertedBlock)], () =>
            {
                var model = Drawn(new MobileNet(MobileNet.Base, seed: 1));
                var x = Reals(1, 2, 3, 8, 8);
                var h = Conv(model.Stem, x, stride: 2, padding: 1);
                foreach (var block in model.Blocks)
                {
                    var inner = Norm(block.Norm1, Conv(block.Expand, h)).clamp(0, 6);
                    inner = Norm(block.Norm2, Conv(block.Depth, inner, padding: 1, groups: 48)).clamp(0, 6);
                    h = h + Norm(block.Norm3, Conv(block.Thin, inner));
                }

                return new(model, [model.call(x)], [Map(model.Head, h.mean([2, 3]))]);
            }),
        new("ConvNeXt", ArXiv("2201.03545"),
            "`LayerNorm` of channels between two `[Op]`s, a `Weight` as a scale",
            [typeof(ConvNext), typeof(ConvNextBlock)], () =>
            {
                var model = Drawn(new ConvNext(ConvNext.Base, seed: 1));
                var x = Reals(1, 2, 3, 8, 8);
                var h = Conv(model.Stem, x, stride: 2);
                foreach (var block in model.Blocks)
                {
                    var inner = Norm(block.Norm, Conv(block.Depth, h, padding: 3, groups: 8).movedim([1], [-1]));
                    inner = Map(block.Down, nn.functional.gelu(Map(block.Up, inner))) * block.Scale.weight;
                    h = h + inner.movedim([-1], [1]);
                }

                return new(model, [model.call(x)], [Map(model.Head, Norm(model.Norm, h.mean([2, 3])))]);
            }),
        new("SqueezeNet", ArXiv("1602.07360"), "`Cat` of two kernels, a readout before `Pool`",
            [typeof(SqueezeNet), typeof(Fire)], () =>
            {
                var model = Drawn(new SqueezeNet(SqueezeNet.Base, seed: 1));
                var x = Reals(1, 2, 3, 8, 8);
                var h = Half(Burn(model.One, Relu(Conv(model.Stem, x, padding: 1))));
                return new(model, [model.call(x)], [Conv(model.Head, Burn(model.Two, h)).mean([2, 3])]);

                static Tensor Burn(Fire fire, Tensor x)
                {
                    var thin = Relu(Conv(fire.Thin, x));
                    return cat([Relu(Conv(fire.Small, thin)), Relu(Conv(fire.Large, thin, padding: 1))], 1);
                }
            }),
    ];

    private static Tensor Relu(Tensor x) => nn.functional.relu(x);

    private static Tensor Half(Tensor x) => nn.functional.max_pool2d(x, [2, 2]);
}

using static TorchSharp.torch;
using static SuParDsl.Tests.Architectures.ByHand;

namespace SuParDsl.Tests.Architectures;

[Model]
public partial class Autoencoder([MuWidth(16)] int width, int inputs = 10, int code = 3, Rule rule = Rule.Standard)
{
    public Linear In   { get; } = new(inputs, width);
    public Linear Code { get; } = new(width, code);
    public Linear Back { get; } = new(code, width);
    public Linear Out  { get; } = new(width, inputs);

    [Flow] Tensor Flow(Tensor x) => x | In | Sigmoid | Code | Back | Sigmoid | Out;
}

[Model]
public partial class Vae([MuWidth(16)] int width, int inputs = 10, int code = 3, Rule rule = Rule.Standard)
{
    public Linear In   { get; } = new(inputs, width);
    public Linear Mean { get; } = new(width, code);
    public Linear Log2 { get; } = new(width, code);
    public Linear Back { get; } = new(code, width);
    public Linear Out  { get; } = new(width, inputs);

    [Flow] (Tensor, Tensor, Tensor) Flow([Shape("B", nameof(inputs))] Tensor x, [Shape("B", nameof(code))] Tensor noise)
    {
        var h = x | In | Tanh;
        var mean = h | Mean;
        var logVariance = h | Log2;
        var drawn = mean + (logVariance / 2 | Exp) * noise;
        return (drawn | Back | Tanh | Out | Sigmoid, mean, logVariance);
    }
}

[Model]
public partial class Dcgan([MuWidth(8)] int width, int code = 6, Rule rule = Rule.Standard)
{
    public Linear          In     { get; } = new(code, 2 * width * 16);
    public BatchNorm2d     Norm1  { get; } = new(2 * width);
    public ConvTranspose2d Middle { get; } = new(2 * width, width, kernel: 4, stride: 2, padding: 1, bias: false);
    public BatchNorm2d     Norm2  { get; } = new(width);
    public ConvTranspose2d Out    { get; } = new(width, 3, kernel: 4, stride: 2, padding: 1);

    [Flow] Tensor Flow([Shape("B", nameof(code))] Tensor noise) =>
        (noise | In).Reshape(2 * width, 4, 4) | Norm1 | Relu | Middle | Norm2 | Relu | Out | Tanh;
}

[Model]
public partial class Critic([MuWidth(8)] int width, Rule rule = Rule.Standard)
{
    public Conv2d      In   { get; } = new(3, width, kernel: 4, stride: 2, padding: 1);
    public Conv2d      Deep { get; } = new(width, 2 * width, kernel: 4, stride: 2, padding: 1, bias: false);
    public BatchNorm2d Norm { get; } = new(2 * width);
    public Conv2d      Out  { get; } = new(2 * width, 1, kernel: 4);

    [Flow] Tensor Flow([Shape("B", 3, 16, 16)] Tensor images) => (Leaky(Leaky(images | In) | Deep | Norm) | Out).Reshape(1);

    [Op("B C H W -> B C H W")]
    static Tensor Leaky(Tensor x) => nn.functional.leaky_relu(x, 0.2);
}

/// <summary>Models that make data, and the critic of one.</summary>
internal static class Generators
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("Autoencoder", "[Hinton & Salakhutdinov 2006](https://doi.org/10.1126/science.1127647)",
            "a pipe through a code of fixed size",
            [typeof(Autoencoder)], () =>
            {
                var model = Drawn(new Autoencoder(Autoencoder.Base, seed: 1));
                var x = Reals(1, 4, 10);
                var back = Map(model.Back, Map(model.Code, Map(model.In, x).sigmoid())).sigmoid();
                return new(model, [model.call(x)], [Map(model.Out, back)]);
            }),
        new("VAE", ArXiv("1312.6114"), "noise as a second tensor in, three out, `Exp`", [typeof(Vae)], () =>
        {
            var model = Drawn(new Vae(Vae.Base, seed: 1));
            var (x, noise) = (Reals(1, 4, 10), Reals(2, 4, 3));
            var h = Map(model.In, x).tanh();
            var (mean, logVariance) = (Map(model.Mean, h), Map(model.Log2, h));
            var made = Map(model.Out, Map(model.Back, mean + (0.5 * logVariance).exp() * noise).tanh()).sigmoid();
            var (image, first, second) = model.call(x, noise);
            return new(model, [image, first, second], [made, mean, logVariance]);
        }),
        new("DCGAN generator", ArXiv("1511.06434"), "`Reshape` into an image, `ConvTranspose2d`",
            [typeof(Dcgan)], () =>
            {
                var model = Drawn(new Dcgan(Dcgan.Base, seed: 1));
                var noise = Reals(1, 3, 6);
                var h = nn.functional.relu(Norm(model.Norm1, Map(model.In, noise).view(3, 16, 4, 4)));
                h = nn.functional.relu(Norm(model.Norm2, Up(model.Middle, h, stride: 2, padding: 1)));
                return new(model, [model.call(noise)], [Up(model.Out, h, stride: 2, padding: 1).tanh()]);
            }),
        new("DCGAN discriminator", ArXiv("1511.06434"), "strided `Conv2d`, leaky ReLU by an `[Op]`",
            [typeof(Critic)], () =>
            {
                var model = Drawn(new Critic(Critic.Base, seed: 1));
                var images = Reals(1, 3, 3, 16, 16);
                var h = Leaky(Conv(model.In, images, stride: 2, padding: 1));
                h = Leaky(Norm(model.Norm, Conv(model.Deep, h, stride: 2, padding: 1)));
                return new(model, [model.call(images)], [Conv(model.Out, h).flatten(1)]);

                static Tensor Leaky(Tensor x) => maximum(x, 0.2 * x);
            }),
    ];
}

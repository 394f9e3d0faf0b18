namespace SuParDsl.Tests.Models;

/// <summary>
/// Every type of layer with tensors, built-in, with a contract and foreign, each with its own learning-rate multiplier.
/// </summary>
[Model]
public partial class Scaled([MuWidth(16)] int width, int count = 8)
{
    [LrScale(0.25, Because = "a test")] public Linear Linear { get; } = new(width, width);
    [LrScale(0.25, Because = "a test")] public Conv2d Conv { get; } = new(3, width, 3);
    [LrScale(0.25, Because = "a test")] public ConvTranspose2d Transposed { get; } = new(width, width, 2);
    [LrScale(0.25, Because = "a test")] public BatchNorm2d Batch { get; } = new(width);
    [LrScale(0.25, Because = "a test")] public LayerNorm Layer { get; } = new(width);
    [LrScale(0.25, Because = "a test")] public RmsNorm Rms { get; } = new(width);
    [LrScale(0.25, Because = "a test")] public Embedding Rows { get; } = new(count, width);
    [LrScale(0.25, Because = "a test")] public Weight Vector { get; } = new(width);
    [LrScale(0.25, Because = "a test")] public Weight Matrix { get; } = new(count, width);
    [LrScale(0.25, Because = "a test")] public OwnLinear Own { get; } = new(width, width);
    [LrScale(0.25, Because = "a test")] public Gate Gate { get; } = new(width);
    [LrScale(0.25, Because = "a test"), Foreign(nameof(width), nameof(width), Role = Role.Hidden)]
    public FftMixer Foreign { get; } = new(width);

    public override Tensor forward(Tensor input) => Linear.call(input);
}

/// <summary>
/// The same layers. Those that would not start at zero do so by attribute, and the matrices are excluded from weight decay.
/// </summary>
[Model]
public partial class Zeroed([MuWidth(16)] int width, int count = 8)
{
    [Init(Zero = true), NoDecay] public Linear Linear { get; } = new(width, width);
    [Init(Zero = true), NoDecay] public Conv2d Conv { get; } = new(3, width, 3);
    [Init(Zero = true), NoDecay] public ConvTranspose2d Transposed { get; } = new(width, width, 2);
    [Init(Zero = true)] public BatchNorm2d Batch { get; } = new(width);
    [Init(Zero = true)] public LayerNorm Layer { get; } = new(width);
    [Init(Zero = true)] public RmsNorm Rms { get; } = new(width);
    [Init(Zero = true), NoDecay] public Embedding Rows { get; } = new(count, width);
    [Init(Zero = true)] public Weight Vector { get; } = new(width, SuParDsl.Init.Ones);
    [Init(Zero = true), NoDecay] public Weight Matrix { get; } = new(count, width);
    [Init(Zero = true), NoDecay] public OwnLinear Own { get; } = new(width, width);
    [Init(Zero = true)] public Gate Gate { get; } = new(width);
    [Init(Zero = true), NoDecay, Foreign(nameof(width), nameof(width), Role = Role.Hidden)]
    public FftMixer Foreign { get; } = new(width);

    public override Tensor forward(Tensor input) => Linear.call(input);
}

/// <summary>The layers that the rule draws, with a gain and another distribution.</summary>
[Model]
public partial class Gained([MuWidth(16)] int width, int count = 8, double gain = 0.5)
{
    [Init(Gain = nameof(gain), Distribution = InitDistribution.Uniform)] public Linear Linear { get; } = new(width, width);
    [Init(Gain = nameof(gain), Distribution = InitDistribution.Uniform)] public Conv2d Conv { get; } = new(3, width, 3);
    [Init(Gain = nameof(gain), Distribution = InitDistribution.Uniform)]
    public ConvTranspose2d Transposed { get; } = new(width, width, 2);
    [Init(Gain = nameof(gain), Distribution = InitDistribution.Uniform)] public Embedding Rows { get; } = new(count, width);
    [Init(Gain = nameof(gain), Distribution = InitDistribution.Uniform)] public Weight Matrix { get; } = new(count, width);
    [Init(Gain = nameof(gain), Distribution = InitDistribution.Uniform)] public OwnLinear Own { get; } = new(width, width);
    [Init(Gain = nameof(gain), Distribution = InitDistribution.Uniform)]
    [Foreign(nameof(width), nameof(width), Role = Role.Hidden)]
    public FftMixer Foreign { get; } = new(width);

    public override Tensor forward(Tensor input) => Linear.call(input);
}

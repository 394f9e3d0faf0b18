using TorchSharp;
using TorchSharp.Modules;

namespace SuParDsl.Tests.Models;

[Block]
public partial class GatedMix([MuWidth] int width, [Density] double density)
{
    public RmsNorm Norm { get; } = new(width);
    [Sparse(nameof(density))] public Linear Wide   { get; } = new(width, 2 * width);
    [Sparse(nameof(density))] public Linear Narrow { get; } = new(2 * width, width);
    public Weight Mix { get; } = new(width);                  // a raw vector

    [Foreign(nameof(width), nameof(width), Role = Role.Hidden)]
    public FftMixer Fft { get; } = new(width);                // any TorchSharp Module<Tensor, Tensor>

    [Flow] Tensor Flow(Tensor x)
    {
        var h    = x | Norm;
        var slow = h | Wide | Gelu | Narrow;
        var fast = Shift(h) | Fft;
        return x + Blend(slow, fast, Mix);
    }

    [Op("B T d -> B T d")] static Tensor Shift(Tensor h) => h.roll(1, 1);

    [Op("B T d, B T d, d -> B T d")]
    static Tensor Blend(Tensor a, Tensor b, Tensor mix) { var g = mix.sigmoid(); return g * a + (1 - g) * b; }
}

[Block]                                                       // no [Flow]: forward by hand, the rest still emitted
public partial class HandWritten([MuWidth] int width, [Density] double density)
{
    public RmsNorm Norm { get; } = new(width);
    [Sparse(nameof(density))] public Linear A { get; } = new(width, width);
    [Sparse(nameof(density))] public Linear B { get; } = new(width, width);

    public override Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var h = Norm.call(x);
        var branch = torch.cumsum(A.call(h), 1) * torch.sigmoid(B.call(h));
        return (x + ResidualScale * branch).MoveToOuterDisposeScope();
    }
}

/// <summary>A module without SuParDsl: it mixes positions by their Fourier transform, then features by a matrix.</summary>
public sealed class FftMixer : torch.nn.Module<Tensor, Tensor>
{
    public readonly Parameter kernel;
    public readonly Parameter gain;

    public FftMixer(int width) : base(nameof(FftMixer))
    {
        kernel = new Parameter(torch.zeros(width, width));
        gain = new Parameter(torch.full(width, 0.5));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return (RealFourier(x.shape[1]).matmul(x).matmul(kernel.t()) * gain).MoveToOuterDisposeScope();
    }

    /// <summary>cos(2π·j·k/T): the real part of the transform of real numbers.</summary>
    internal static Tensor RealFourier(long length)
    {
        var index = torch.arange(length).to_type(torch.float32);
        return (index.unsqueeze(1) * index.unsqueeze(0) * (2 * Math.PI / length)).cos();
    }
}

/// <summary>Example (d) as a model: both blocks, repeated.</summary>
[Model]
public partial class Mixed([MuWidth(32)] int width, [MuDepth(2)] int layers, int classes = 5, [Density] double density = 1.0)
{
    public Linear              In    { get; } = new(3, width);
    public Repeat<GatedMix>    Mixes { get; } = new(layers, () => new(width, density));
    public Repeat<HandWritten> Hands { get; } = new(layers, () => new(width, density));
    public Linear              Head  { get; } = new(width, classes);

    [Flow] Tensor Flow(Tensor x) => x | In | Mixes | Hands | Head;
}

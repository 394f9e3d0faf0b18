// One norm stands before two branches on purpose.
#pragma warning disable SUP122

// What the examples do not use: every word, attribute and kind of size once.
namespace Examples.Features;

/// <summary>A model with required sizes, a size that is no polynomial, and covers at every level.</summary>
[Model]
public partial class Everything([MuWidth(64)] int width, [MuDepth(2, Alpha = 0.5)] int layers, int vocab, int groups = 2,
                                [Density(Base = 0.5)] double rho = 0.5, string? title = null)
{
    public string Title => title ?? "";

    public Embedding Tok { get; } = new(vocab, width);

    public Weight Shift { get; } = new(width);

    [Sparse(nameof(rho))]
    public Repeat<Mixer> Blocks { get; } = new(layers, () => new(width, width / groups, rho / 2));

    [Dense]
    public Mixer Tail { get; } = new(width: width, inner: Math.Max(width / groups, 8), rho: 0.25);

    [Sparse(0.25, Base = 0.5)]
    public Linear Wide { get; } = new(width, 2 * (width + 16), bias: false);

    public Linear Head { get; } = new(2 * width + 32, vocab);

    [Flow]
    Tensor Flow(Tensor ids)
    {
        double scale = 1;
        var x = (ids | Tok) * (scale / 2) + Shift;
        x |= Blocks;
        x = -Tail.call(x) - x;
        x *= 2.0;
        return x | Wide | GeluTanh | Head;
    }
}

[Block]
public partial class Mixer([MuWidth] int width, [MuWidth] int inner, [Density] double rho)
{
    [Sparse(nameof(rho))]
    public Linear Down { get; } = new(width, 2 * inner);

    [Dense]
    public Linear Up { get; } = new(inner, width);

    public Linear Gate { get; } = new(width, inner);

    public RmsNorm Norm { get; } = new(width);

    [Flow]
    Tensor Flow(Tensor x)
    {
        var (a, _) = (x | Norm | Down | Tanh).Split(2);
        Tensor b = x | Gate | Sigmoid;
        var gated = a * (b | Softmax);
        return x + (gated | Relu | Up) + (x | Norm);
    }
}

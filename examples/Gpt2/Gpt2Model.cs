// GPT-2 keeps its residual branches unscaled at every depth, and its depth is not tuned on a smaller model.
#pragma warning disable SUP318

namespace Gpt2;

/// <summary>GPT-2: learned positions, pre-norm blocks with biases, the tanh form of GELU, a tied readout.</summary>
[Model(Attention = AttentionScaling.InverseFromBase)]
public partial class Gpt2Model([MuWidth(256)] int width,
                               int layers = 4, int vocab = 256, int context = 128, int headDim = 64,
                               [Density] double density = 1.0, double dropout = 0.0,
                               [InitStd] double sigma = 0.02,
                               [Multiplier] double alphaIn = 1.0, [Multiplier] double alphaAttn = 1.0,
                               [Multiplier] double alphaOut = 1.0,
                               Rule rule = Rule.SuPar)
{
    public Embedding     Tok    { get; } = new(vocab, width);
    public Embedding     Pos    { get; } = new(context, width);
    public Dropout       Drop   { get; } = new(dropout);
    public Repeat<Block> Blocks { get; } = new(
        layers, () => new(width, headDim, alphaAttn, density, dropout, 1 / Math.Sqrt(2.0 * layers)));
    public LayerNorm     Final  { get; } = new(width);

    [Flow] Tensor Flow(Tensor ids)
    {
        var x = alphaIn * ((ids | Tok) + (Positions(ids) | Pos));
        return alphaOut * (x | Drop | Blocks | Final | Tok.Unembed);
    }
}

/// <summary>Attention, then a feed-forward layer, each on a normalised copy of the stream.</summary>
[Block, Sparse(nameof(density))]
public partial class Block([MuWidth] int width, int headDim, double alphaAttn, [Density] double density, double dropout,
                           double gain)
{
    public LayerNorm     Norm1 { get; } = new(width);
    public SelfAttention Attn  { get; } = new(width, headDim, alphaAttn, density, dropout, gain);
    public LayerNorm     Norm2 { get; } = new(width);
    public FeedForward   Mlp   { get; } = new(width, 4 * width, density, dropout, gain);

    [Flow] Tensor Flow(Tensor x)
    {
        x = x + (x | Norm1 | Attn);
        return x + (x | Norm2 | Mlp);
    }
}

/// <summary>Causal self-attention with one product for queries, keys and values.</summary>
[Block, Sparse(nameof(density))]
public partial class SelfAttention([MuWidth] int width, int headDim, double alphaAttn, [Density] double density,
                                   double dropout, double gain)
{
    public Linear  Qkv  { get; } = new(width, 3 * width);
    [Init(Gain = nameof(gain))]
    public Linear  Proj { get; } = new(width, width);
    public Dropout Drop { get; } = new(dropout);

    [Flow] Tensor Flow(Tensor x)
    {
        var (q, k, v) = (x | Qkv).Split(3);
        return Attention(alphaAttn * q.Heads(headDim), k.Heads(headDim), v.Heads(headDim), causal: true).Merge() | Proj | Drop;
    }
}

/// <summary>Two linear maps with a GELU between them.</summary>
[Block, Sparse(nameof(density))]
public partial class FeedForward([MuWidth] int width, [MuWidth] int hidden, [Density] double density, double dropout, double gain)
{
    public Linear  Up   { get; } = new(width, hidden);
    [Init(Gain = nameof(gain))]
    public Linear  Down { get; } = new(hidden, width);
    public Dropout Drop { get; } = new(dropout);

    [Flow] Tensor Flow(Tensor x) => x | Up | GeluTanh | Down | Drop;
}
